using System.Net;
using System.Net.Sockets;
using TestLab.Networks.Host;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Outside;

/// <summary>The kernel of the host is a guest of a segment, and so the judge of its hosts and of the gateway's TCP.</summary>
public sealed class HostTapTests
{
    private const int PatienceMilliseconds = 30_000;

    [Test]
    public void TheKernelResolvesPingsAndConnectsThroughABridge()
    {
        using var server = new LoopbackServer(LoopbackServer.EchoAsync);
        using var outside = new HostOutside([]);
        using var network = new NetworkNamespace();
        HostTap tap;
        try
        {
            tap = network.Invoke(() => new HostTap("lab0"));
        }
        catch (OutsideException refusal)
        {
            Assert.That(refusal.Message, Does.Contain("/dev/net/tun").Or.Contain("TAP device lab0"));
            return;
        }

        using (tap)
        {
            // Without a network of its own, the test would change the host's; that the device opens is shown.
            if (!network.IsOwn) return;
            using var lab = new BridgeLab(tap, outside, server.Port);
            network.Ip("addr add 10.9.0.10/24 dev lab0");
            network.Ip("link set lab0 up");
            network.Ip("route add default via 10.9.0.1");
            network.Invoke(() =>
            {
                Assert.That(Ask(SocketType.Dgram, "server")[^4..], Is.EqualTo(new byte[] { 10, 9, 0, 80 }));
                Assert.That(Ask(SocketType.Stream, "many.lab"), Has.Length.GreaterThan(3_000));
                Ping("10.9.0.2", 1_400);
                Ping("10.9.0.2", 5_000);
                EchoThroughTheGateway();
                Assert.That(() => Connect("10.9.0.2", 81), Throws.TypeOf<SocketException>()
                    .With.Property("SocketErrorCode").EqualTo(SocketError.ConnectionRefused));
                return true;
            });
            Assert.That(lab.Bridge.FramesIn, Is.GreaterThan(100));
        }
    }

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("sixteenletters16")]
    [TestCase("lab%d")]
    public void AWrongNameIsRefused(string name) =>
        Assert.That(() => new HostTap(name), Throws.TypeOf<OutsideException>());

    private static byte[] Ask(SocketType type, string name)
    {
        byte[] question = [0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (string label in name.Split('.'))
            question = [.. question, (byte)label.Length, .. System.Text.Encoding.ASCII.GetBytes(label)];
        question = [.. question, 0, 0, 1, 0, 1];
        using Socket socket = type == SocketType.Stream
            ? Connect("10.9.0.2", 53)
            : new Socket(AddressFamily.InterNetwork, type, ProtocolType.Udp) { ReceiveTimeout = PatienceMilliseconds };
        byte[] answer = new byte[16_384];
        if (type == SocketType.Dgram)
        {
            socket.Connect(IPAddress.Parse("10.9.0.2"), 53);
            socket.Send(question);
            return answer[..socket.Receive(answer)];
        }

        socket.Send([0, (byte)question.Length, .. question]);
        ReadExactly(socket, answer.AsSpan(0, 2));
        int length = answer[0] << 8 | answer[1];
        ReadExactly(socket, answer.AsSpan(0, length));
        return answer[..length];
    }

    private static void Ping(string address, int length)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp)
        {
            ReceiveTimeout = PatienceMilliseconds,
        };
        byte[] content = new byte[length];
        new RandomStream(1, "test", "ping").Fill(content);
        byte[] request = NatGatewayTests.EchoRequest(0x0042_0001, content);
        socket.SendTo(request, new IPEndPoint(IPAddress.Parse(address), 0));
        byte[] packet = new byte[65_536];
        int count = socket.Receive(packet);
        Assert.That(Ipv4Packet.TryParse(packet.AsSpan(0, count), out Ipv4Packet ip), Is.True);
        Assert.That(IcmpPacket.TryParse(ip.Payload, out IcmpPacket reply), Is.True);
        Assert.That((reply.Type, reply.Rest), Is.EqualTo((IcmpPacket.EchoReply, 0x0042_0001u)));
        Assert.That(reply.Payload.SequenceEqual(content), Is.True);
    }

    private static void EchoThroughTheGateway()
    {
        byte[] content = new byte[200_000];
        new RandomStream(1, "test", "echo").Fill(content);
        using Socket socket = Connect("203.0.113.7", 80);
        for (int sent = 0; sent < content.Length;) sent += socket.Send(content.AsSpan(sent));
        socket.Shutdown(SocketShutdown.Send);
        byte[] answer = new byte[content.Length];
        ReadExactly(socket, answer);
        Assert.That(answer, Is.EqualTo(content));
        Assert.That(socket.Receive(new byte[1]), Is.Zero, "The end comes after the content.");
    }

    private static Socket Connect(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = PatienceMilliseconds,
        };
        socket.Connect(IPAddress.Parse(address), port);
        return socket;
    }

    private static void ReadExactly(Socket socket, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int count = socket.Receive(destination);
            Assert.That(count, Is.Positive, "It ends too early.");
            destination = destination[count..];
        }
    }
}
