using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Host;

/// <summary>The world as the host reaches it, by sockets of its own.</summary>
/// <remarks>Where guests may go has been decided before; here everything is done that is asked.</remarks>
public sealed class HostOutside : IOutside, IDisposable
{
    private const int EchoLimit = 64;
    private static readonly TimeSpan EchoPatience = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<ulong, HostStream> _streams = [];
    private readonly Dictionary<ulong, HostDatagrams> _datagrams = [];
    private readonly List<HostForward> _forwards = [];
    private int _echoes;
    private long _flows;
    private bool _isDisposed;

    /// <param name="forwards">Ways in, as the gateway has them.</param>
    /// <exception cref="OutsideException">The host does not listen where a way in begins.</exception>
    public HostOutside(IReadOnlyList<NatForward> forwards)
    {
        try
        {
            for (int number = 0; number < forwards.Count; number++)
                _forwards.Add(new HostForward(this, number, forwards[number]));
        }
        catch (OutsideException)
        {
            Dispose();
            throw;
        }
    }

    internal OutsideInbox Inbox { get; } = new();

    /// <summary>Where the way in of the number begins.</summary>
    public IPEndPoint ForwardEndpoint(int number) => _forwards[number].LocalEndpoint;

    public void Request(VirtualTime now, OutsideMessage message)
    {
        HostStream? stream = _streams.GetValueOrDefault(message.Flow);
        switch (message.Kind)
        {
            case OutsideMessageKind.OpenStream:
                Open(message);
                break;
            case OutsideMessageKind.SendStream when stream is not null:
                stream.Send(message.Content);
                break;
            case OutsideMessageKind.Allow when stream is not null:
                stream.Allow(message.Number);
                break;
            case OutsideMessageKind.FinishStream when stream is not null:
                stream.Finish();
                break;
            case OutsideMessageKind.SendStream or OutsideMessageKind.Allow or OutsideMessageKind.FinishStream:
                // Of a lab that was restored: its connections of then are gone.
                Inbox.Post(new OutsideMessage(OutsideMessageKind.Reset, message.Flow));
                break;
            case OutsideMessageKind.SendDatagram:
                SendDatagram(message);
                break;
            case OutsideMessageKind.SendEcho:
                _ = EchoAsync(message);
                break;
            case OutsideMessageKind.Forget:
                _streams.TryRemove(message.Flow, out _);
                break;
            case OutsideMessageKind.Close:
                Close(message.Flow);
                break;
        }
    }

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited) => Inbox.TryReceive(now, isAwaited);

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        foreach (HostForward forward in _forwards) forward.Dispose();
        foreach (HostStream stream in _streams.Values) stream.Abort();
        foreach (HostDatagrams datagrams in _datagrams.Values) datagrams.Dispose();
        Inbox.Dispose();
    }

    internal static IPEndPoint EndpointOf(Ipv4Endpoint endpoint)
    {
        byte[] address = new byte[Ipv4Address.LengthBytes];
        endpoint.Address.CopyTo(address);
        return new IPEndPoint(new IPAddress(address), endpoint.Port);
    }

    internal ulong NextFlow() => OutsideMessage.OutsideFlowBit | (ulong)Interlocked.Increment(ref _flows);

    /// <summary>Somebody has come in.</summary>
    internal void Accept(int number, Socket socket)
    {
        ulong flow = NextFlow();
        var stream = new HostStream(Inbox, flow, socket);
        _streams[flow] = stream;
        Inbox.Post(new OutsideMessage(OutsideMessageKind.Accepted, flow) { Number = number });
        _ = EndAsync(stream, stream.CarryAsync());
    }

    /// <summary>The host's own resolver is no address that a guest could name.</summary>
    private static IPEndPoint TargetOf(Ipv4Endpoint endpoint)
    {
        if (endpoint.Address != Ipv4Address.Any) return EndpointOf(endpoint);
        IPAddress? resolver = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().DnsAddresses)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
        return new IPEndPoint(resolver ?? IPAddress.Loopback, endpoint.Port);
    }

    private void Open(OutsideMessage message)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var stream = new HostStream(Inbox, message.Flow, socket);
        _streams[message.Flow] = stream;
        _ = EndAsync(stream, stream.ConnectAsync(TargetOf(message.Endpoint)));
    }

    /// <summary>The lab may still speak of a stream that has ended here; it says when it has done.</summary>
    private static async Task EndAsync(HostStream stream, Task carrying)
    {
        await carrying;
        stream.Dispose();
    }

    private void Close(ulong flow)
    {
        if (_streams.TryRemove(flow, out HostStream? stream)) stream.Abort();
        if (_datagrams.Remove(flow, out HostDatagrams? datagrams)) datagrams.Dispose();
        foreach (HostForward forward in _forwards) forward.Forget(flow);
    }

    private void SendDatagram(OutsideMessage message)
    {
        if ((message.Flow & OutsideMessage.OutsideFlowBit) != 0)
        {
            foreach (HostForward forward in _forwards)
            {
                if (forward.TrySend(message.Flow, message.Content.Span)) return;
            }

            return;
        }

        if (!_datagrams.TryGetValue(message.Flow, out HostDatagrams? datagrams))
        {
            try
            {
                datagrams = new HostDatagrams(Inbox, message.Flow, TargetOf(message.Endpoint));
            }
            catch (SocketException)
            {
                // No way there: a datagram is lost, as the guest expects of datagrams.
                return;
            }

            _datagrams[message.Flow] = datagrams;
            _ = datagrams.ReceiveAsync();
        }

        datagrams.Send(message.Content.Span);
    }

    private async Task EchoAsync(OutsideMessage message)
    {
        bool isAnswered = false;
        if (Interlocked.Increment(ref _echoes) <= EchoLimit)
        {
            try
            {
                using var ping = new Ping();
                IPAddress address = EndpointOf(message.Endpoint).Address;
                PingReply reply = await ping.SendPingAsync(address, EchoPatience, message.Content.ToArray());
                isAnswered = reply.Status == IPStatus.Success;
            }
            catch (Exception failure) when (failure is PingException or PlatformNotSupportedException or ArgumentException)
            {
                // No right to send echoes, or no way there.
            }
        }

        Interlocked.Decrement(ref _echoes);
        Inbox.PostLossy(message with { Kind = isAnswered ? OutsideMessageKind.Echoed : OutsideMessageKind.Failed });
    }
}
