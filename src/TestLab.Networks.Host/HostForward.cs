using System.Net;
using System.Net.Sockets;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;

namespace TestLab.Networks.Host;

/// <summary>A way in: listens at an endpoint of the host.</summary>
internal sealed class HostForward : IDisposable
{
    /// <summary>Senders of datagrams that are told apart.</summary>
    private const int SenderLimit = 256;

    private readonly HostOutside _outside;
    private readonly int _number;
    private readonly Socket _socket;
    private readonly Dictionary<IPEndPoint, ulong> _flows = [];
    private readonly Dictionary<ulong, IPEndPoint> _senders = [];

    /// <exception cref="OutsideException">The endpoint is not to be had.</exception>
    public HostForward(HostOutside outside, int number, NatForward forward)
    {
        (_outside, _number) = (outside, number);
        bool isStream = forward.Protocol == NatProtocol.Tcp;
        _socket = new Socket(
            AddressFamily.InterNetwork, isStream ? SocketType.Stream : SocketType.Dgram,
            isStream ? ProtocolType.Tcp : ProtocolType.Udp);
        try
        {
            _socket.Bind(HostOutside.EndpointOf(forward.Host));
            if (isStream) _socket.Listen();
        }
        catch (SocketException failure)
        {
            _socket.Dispose();
            throw new OutsideException($"The host does not listen at {forward.Host}: {failure.Message}.", failure);
        }

        _ = isStream ? AcceptAsync() : ReceiveAsync();
    }

    /// <summary>Where it listens; tells the port where any would do.</summary>
    public IPEndPoint LocalEndpoint => (IPEndPoint?)_socket.LocalEndPoint ?? new IPEndPoint(IPAddress.None, 0);

    /// <summary>Sends a guest's answer to the sender of a flow.</summary>
    /// <returns>False where the flow is none of this way's.</returns>
    public bool TrySend(ulong flow, ReadOnlySpan<byte> content)
    {
        IPEndPoint? sender;
        lock (_senders)
        {
            if (!_senders.TryGetValue(flow, out sender)) return false;
        }

        try
        {
            _socket.SendTo(content, sender);
        }
        catch (SocketException)
        {
            // A datagram may be lost.
        }

        return true;
    }

    public void Forget(ulong flow)
    {
        lock (_senders)
        {
            if (_senders.Remove(flow, out IPEndPoint? sender)) _flows.Remove(sender);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _outside.Accept(_number, await _socket.AcceptAsync());
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The outside has been closed.
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[ushort.MaxValue];
        try
        {
            while (true)
            {
                SocketReceiveFromResult result =
                    await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                Receive((IPEndPoint)result.RemoteEndPoint, buffer[..result.ReceivedBytes]);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The outside has been closed.
        }
    }

    private void Receive(IPEndPoint sender, byte[] content)
    {
        bool isKnown;
        ulong flow;
        lock (_senders)
        {
            isKnown = _flows.TryGetValue(sender, out flow);
            if (!isKnown && _flows.Count == SenderLimit) return;
            if (!isKnown)
            {
                flow = _outside.NextFlow();
                _flows[sender] = flow;
                _senders[flow] = sender;
            }
        }

        OutsideMessageKind kind = isKnown ? OutsideMessageKind.Received : OutsideMessageKind.Accepted;
        _outside.Inbox.PostLossy(new OutsideMessage(kind, flow)
        {
            Number = _number,
            Endpoint = new Ipv4Endpoint(Ipv4Address.Read(sender.Address.GetAddressBytes()), (ushort)sender.Port),
            Content = content,
        });
    }
}
