using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TestLab.Networks.Host;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Labs.Tests.Running;

/// <summary>A site of the outside on the host's loopback: a page, and the name server that knows its name.</summary>
internal sealed class OutsideSite : IDisposable
{
    public const string Page = "Greetings from outside\n";
    public const string Name = "www.outside.example";
    public const string Address = "203.0.113.7";

    private const int QuestionOffset = 12;
    private const byte AddressType = 1;

    private readonly TcpListener _pages = new(IPAddress.Loopback, 0);
    private readonly UdpClient _names = new(new IPEndPoint(IPAddress.Loopback, 0));

    public OutsideSite()
    {
        _pages.Start();
        _ = ServePagesAsync();
        _ = ServeNamesAsync();
    }

    public int PageCount { get; private set; }

    /// <summary>The host's sockets, by which guests get to this site where they ask for its address or for a name.</summary>
    public IOutside Open() => new WayToSite(this);

    public void Dispose()
    {
        _pages.Dispose();
        _names.Dispose();
    }

    private static Ipv4Endpoint EndpointOf(EndPoint? endpoint) =>
        new(Ipv4Address.Parse("127.0.0.1"), (ushort)((endpoint as IPEndPoint)?.Port ?? 0));

    private async Task ServePagesAsync()
    {
        try
        {
            while (true)
            {
                using Socket socket = await _pages.AcceptSocketAsync();
                await socket.ReceiveAsync(new byte[4_096]);
                PageCount++;
                string answer = $"HTTP/1.0 200 OK\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}";
                await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeNamesAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult question = await _names.ReceiveAsync();
                byte[] answer = AnswerTo(question.Buffer);
                await _names.SendAsync(answer, answer.Length, question.RemoteEndPoint);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>The address where one of IPv4 is asked for, nothing where another type is; RFC 1035, 4.1.</summary>
    private static byte[] AnswerTo(byte[] query)
    {
        int end = Array.IndexOf(query, (byte)0, QuestionOffset) + 5;
        bool isAddress = query[end - 3] == AddressType;
        byte[] head = query[..end];
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), 0x8180);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), isAddress ? (ushort)1 : (ushort)0);
        head.AsSpan(8, 4).Clear();
        byte[] record = [0xC0, QuestionOffset, 0, AddressType, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(Address).GetAddressBytes()];
        return isAddress ? [.. head, .. record] : head;
    }

    /// <summary>No guest may name the loopback, so what it asks of the site's address is sent there.</summary>
    private sealed class WayToSite(OutsideSite site) : IOutside, IDisposable
    {
        private readonly HostOutside _host = new([]);

        public void Request(VirtualTime now, OutsideMessage message) => _host.Request(now, message.Kind switch
        {
            OutsideMessageKind.OpenStream when message.Endpoint == new Ipv4Endpoint(Ipv4Address.Parse(Address), 80) =>
                message with { Endpoint = EndpointOf(site._pages.LocalEndpoint) },
            OutsideMessageKind.SendDatagram when message.Endpoint == new Ipv4Endpoint(Ipv4Address.Any, 53) =>
                message with { Endpoint = EndpointOf(site._names.Client.LocalEndPoint) },
            _ => message,
        });

        public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited) => _host.TryReceive(now, isAwaited);

        public void Dispose() => _host.Dispose();
    }
}
