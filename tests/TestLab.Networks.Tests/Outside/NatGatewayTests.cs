using System.Net;
using System.Net.Sockets;
using System.Text;
using TestLab.Networks.Host;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Networks.Transport;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A guest speaks through the gateway with real servers on the host's loopback.</summary>
public sealed class NatGatewayTests
{
    private const string Site = "203.0.113.7";

    [Test]
    public void AStreamGoesThroughBothWaysAndARecordOfItReplaysToTheSameHash()
    {
        byte[] content = Pattern(300_000);
        var record = new MemoryStream();
        using var server = new LoopbackServer(LoopbackServer.EchoAsync);
        using var host = new HostOutside([]);
        NatOptions options = OptionsFor(server.Port);
        using var real = new NatLab(new RecordingOutside(host, new OutsideLogWriter(record, "test")), options);
        Converse(real, content);
        record.Position = 0;
        using var replayed = new NatLab(new ReplayingOutside(new OutsideLogReader(record), "test"), options);
        Converse(replayed, content);
        Assert.That(replayed.Executor.Now, Is.EqualTo(real.Executor.Now));
        Assert.That(replayed.Executor.Hash(), Is.EqualTo(real.Executor.Hash()));
    }

    [Test]
    public void AReplayThatAsksSomethingElseIsNoticed()
    {
        var record = new MemoryStream();
        using var server = new LoopbackServer(LoopbackServer.EchoAsync);
        using var host = new HostOutside([]);
        using var lab = new NatLab(new RecordingOutside(host, new OutsideLogWriter(record, "test")), OptionsFor(server.Port));
        Converse(lab, Pattern(10));
        record.Position = 0;
        using var other = new NatLab(new ReplayingOutside(new OutsideLogReader(record), "test"), OptionsFor(server.Port));
        Assert.That(() => Converse(other, Pattern(11)), Throws.InnerException.TypeOf<OutsideLogException>()
            .With.InnerException.Message.Contains("differs from the record"));
    }

    [Test]
    public void AStreamSurvivesLossInBothDirections()
    {
        byte[] content = Pattern(150_000);
        var cables = new List<LossyCable>();
        using var server = new LoopbackServer(LoopbackServer.EchoAsync);
        using var host = new HostOutside([]);
        using var lab = new NatLab(host, OptionsFor(server.Port), next =>
        {
            cables.Add(new LossyCable(next, 23));
            return cables[^1];
        });
        Converse(lab, content);
        Assert.That(cables.Select(cable => cable.Lost), Has.All.GreaterThan(3));
    }

    [Test]
    public void APortWhereNobodyListensIsRefused()
    {
        using var host = new HostOutside([]);
        using var lab = new NatLab(host, OptionsFor(UnusedPort()));
        lab.Guest.Connect(Site, 80);
        lab.RunUntil(() => lab.Guest.BrokenCount == 1);
        Assert.That(lab.Guest.EstablishedCount, Is.Zero);
        lab.RunFor(1);
        Assert.That(lab.Gateway.FlowCount, Is.Zero);
    }

    [TestCase("127.0.0.1")]
    [TestCase("10.9.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("255.255.255.255")]
    [TestCase("240.0.0.1")]
    public void TheHostItselfIsNotTheOutside(string address)
    {
        var silence = new SilentOutside();
        using var server = new LoopbackServer(LoopbackServer.EchoAsync);
        using var lab = new NatLab(silence);
        lab.Guest.Connect(address, (ushort)server.Port);
        lab.Guest.SayDatagram(4_000, address, 9, [1]);
        lab.RunFor(3_000);
        Assert.That(silence.Requests, Is.Empty);
        Assert.That(lab.Guest.EstablishedCount, Is.Zero);
    }

    [Test]
    public void OnlyWhatIsAllowedIsReached()
    {
        var silence = new SilentOutside();
        using var lab = new NatLab(silence, NatLab.Options() with { Allowed = [Ipv4Subnet.Parse("198.51.100.0/24")] });
        lab.Guest.Connect(Site, 80);
        lab.Guest.SayDatagram(4_000, Site, 9, [1]);
        lab.RunFor(100);
        Assert.That(silence.Requests, Is.Empty);
        Assert.That(lab.Guest.BrokenCount, Is.EqualTo(1));
        Assert.That(lab.Guest.Messages.Single().Code, Is.EqualTo(IcmpPacket.ProhibitedCode));
        lab.Guest.SayDatagram(4_000, "198.51.100.3", 9, [1]);
        lab.RunFor(100);
        Assert.That(silence.Requests.Single().Endpoint, Is.EqualTo(NatLab.Endpoint("198.51.100.3", 9)));
    }

    [Test]
    public void AServerThatEndsFirstIsHeardToTheEnd()
    {
        byte[] content = Pattern(200_000);
        using var server = new LoopbackServer(async socket =>
        {
            for (int sent = 0; sent < content.Length;) sent += await socket.SendAsync(content.AsMemory(sent));
            socket.Shutdown(SocketShutdown.Send);
            byte[] last = new byte[16];
            while (await socket.ReceiveAsync(last) > 0)
            {
            }
        });
        using var host = new HostOutside([]);
        using var lab = new NatLab(host, OptionsFor(server.Port));
        lab.Guest.Connect(Site, 80);
        lab.RunUntil(() => lab.Guest.FinishedCount == 1);
        Assert.That(lab.Guest.Heard, Is.EqualTo(content));
        lab.Guest.Say([1, 2, 3], finish: true);
        lab.RunUntil(() => lab.Gateway.FlowCount == 0);
        Assert.That(lab.Guest.BrokenCount, Is.Zero);
    }

    [Test]
    public void AServerThatResetsIsSeenAsOne()
    {
        using var server = new LoopbackServer(socket =>
        {
            socket.LingerState = new LingerOption(true, 0);
            return Task.CompletedTask;
        });
        using var host = new HostOutside([]);
        using var lab = new NatLab(host, OptionsFor(server.Port));
        lab.Guest.Connect(Site, 80);
        lab.RunUntil(() => lab.Guest.BrokenCount == 1);
    }

    [Test]
    public void AGuestThatDoesNotReadHoldsTheServerBack()
    {
        long sent = 0;
        using var server = new LoopbackServer(async socket =>
        {
            byte[] chunk = new byte[16_384];
            while (true) Interlocked.Add(ref sent, await socket.SendAsync(chunk));
        });
        using var host = new HostOutside([]);
        using var lab = new NatLab(host, OptionsFor(server.Port));
        lab.Guest.Consumes = false;
        lab.Guest.Connect(Site, 80);
        lab.RunUntil(() => lab.Guest.Heard.Count >= TcpConnection.ReceiveLimitBytes - 1_460);
        lab.RunFor(2_000);
        Assert.That(lab.Guest.Heard, Has.Count.LessThanOrEqualTo(TcpConnection.ReceiveLimitBytes));
        Assert.That(lab.Save().Sum(part => part.Length), Is.LessThan(TcpConnection.SendLimitBytes + 100_000));
        lab.Guest.Do(now =>
        {
            lab.Guest.Consumes = true;
            lab.Guest.Last?.Consume(now, TcpConnection.ReceiveLimitBytes);
        });
        lab.RunUntil(() => lab.Guest.Heard.Count > 2 * TcpConnection.ReceiveLimitBytes);
    }

    [Test]
    public void AServerThatDoesNotReadHoldsTheGuestBack()
    {
        var silence = new SilentOutside();
        using var lab = new NatLab(silence);
        lab.Guest.Connect(Site, 80);
        lab.RunFor(10);
        silence.Say(new OutsideMessage(OutsideMessageKind.Opened, silence.Requests[0].Flow));
        lab.Guest.Say(Pattern(1_000_000));
        lab.RunFor(5_000);
        long taken = silence.Requests.Where(request => request.Kind == OutsideMessageKind.SendStream).Sum(request => request.Content.Length);
        Assert.That(taken, Is.EqualTo(TcpConnection.ReceiveLimitBytes));
        silence.Say(new OutsideMessage(OutsideMessageKind.Taken, silence.Requests[0].Flow) { Number = 100_000 });
        lab.RunFor(5_000);
        taken = silence.Requests.Where(request => request.Kind == OutsideMessageKind.SendStream).Sum(request => request.Content.Length);
        Assert.That(taken, Is.EqualTo(TcpConnection.ReceiveLimitBytes + 100_000));
    }

    [Test]
    public void DatagramsGoThroughAndBack()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint?)server.Client.LocalEndPoint)?.Port ?? 0;
        using var host = new HostOutside([]);
        var service = new NatService(NatProtocol.Udp, NatLab.Endpoint(Site, 123), NatLab.Endpoint("127.0.0.1", port));
        using var lab = new NatLab(host, NatLab.Options(service));
        lab.Guest.SayDatagram(4_000, Site, 123, Encoding.ASCII.GetBytes("what time is it"));
        lab.RunFor(1);
        IPEndPoint? sender = null;
        byte[] question = server.Receive(ref sender);
        Assert.That(Encoding.ASCII.GetString(question), Is.EqualTo("what time is it"));
        byte[] answer = Pattern(3_000);
        server.Send(answer, sender);
        lab.RunUntil(() => lab.Guest.Datagrams.Count == 1);
        Assert.That(lab.Guest.Datagrams[0].Source, Is.EqualTo(NatLab.Endpoint(Site, 123)));
        Assert.That(lab.Guest.Datagrams[0].Content, Is.EqualTo(answer), "It came in three fragments.");
        lab.RunFor(130_000);
        Assert.That(lab.Gateway.FlowCount, Is.Zero, "Two minutes of silence end it.");
    }

    [Test]
    public void AForeignNameIsAskedOfTheHostsResolver()
    {
        var outside = new SilentOutside();
        using var lab = new NatLab(outside);
        byte[] question = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'x', 3, (byte)'o', (byte)'r', (byte)'g', 0, 0, 1, 0, 1];
        lab.Guest.SayDatagram(5_000, NatLab.NameServer, 53, question);
        lab.RunFor(10);
        OutsideMessage request = outside.Requests.Single();
        Assert.That(request.Endpoint, Is.EqualTo(NatLab.Endpoint("0.0.0.0", 53)));
        Assert.That(request.Content.ToArray(), Is.EqualTo(question));
        byte[] answer = [.. question];
        answer[2] |= 0x80;
        outside.Say(new OutsideMessage(OutsideMessageKind.Received, request.Flow) { Content = answer });
        lab.RunFor(10);
        Assert.That(lab.Guest.Datagrams.Single().Content, Is.EqualTo(answer));
        Assert.That(lab.Guest.Datagrams.Single().Source, Is.EqualTo(NatLab.Endpoint(NatLab.NameServer, 53)));
    }

    [Test]
    public void AnEchoToTheOutsideIsAnsweredByTheOutside()
    {
        var outside = new SilentOutside();
        using var lab = new NatLab(outside);
        lab.Guest.SayRaw(IpProtocol.Icmp, Site, EchoRequest(0x0007_0001, [1, 2, 3]));
        lab.RunFor(10);
        OutsideMessage request = outside.Requests.Single();
        Assert.That((request.Kind, request.Endpoint), Is.EqualTo((OutsideMessageKind.SendEcho, NatLab.Endpoint(Site, 0))));
        outside.Say(request with { Kind = OutsideMessageKind.Echoed });
        lab.RunFor(10);
        (Ipv4Address source, byte type, _, byte[] rest) = lab.Guest.Messages.Single();
        Assert.That((source.ToString(), type), Is.EqualTo((Site, IcmpPacket.EchoReply)));
        Assert.That(rest, Is.EqualTo(new byte[] { 0, 7, 0, 1, 1, 2, 3 }));
        Assert.That(lab.Gateway.FlowCount, Is.Zero);
    }

    [Test]
    public void APacketWhoseTimeIsOverIsReported()
    {
        var outside = new SilentOutside();
        using var lab = new NatLab(outside);
        // A whole frame by hand: the guest's own stack always gives its packets time.
        lab.Guest.Do(now => lab.Guest.Jack.Send(now, Segments.StationFrames.Ipv4(
            new HardwareAddress(0x0200_0000_0001), new HardwareAddress(0x0200_0000_0010), lab.Guest.Address,
            Ipv4Address.Parse(Site), IpProtocol.Udp, new byte[8], timeToLive: 1)));
        lab.RunFor(10);
        Assert.That(lab.Guest.Messages.Single().Type, Is.EqualTo(IcmpPacket.TimeExceeded));
        Assert.That(outside.Requests, Is.Empty);
    }

    [Test]
    public async Task SomebodyOutsideComesInByAForwardedPort()
    {
        NatForward[] forwards =
        [
            new(NatProtocol.Tcp, NatLab.Endpoint("127.0.0.1", 0), NatLab.Endpoint("10.9.0.10", 22)),
            new(NatProtocol.Udp, NatLab.Endpoint("127.0.0.1", 0), NatLab.Endpoint("10.9.0.10", 69)),
        ];
        using var host = new HostOutside(forwards);
        using var lab = new NatLab(host, NatLab.Options() with { Forwards = forwards });
        lab.Guest.ListenPort = 22;
        using var client = new TcpClient();
        await client.ConnectAsync(host.ForwardEndpoint(0));
        await client.GetStream().WriteAsync("hello"u8.ToArray());
        lab.RunUntil(() => lab.Guest.Heard.Count == 5);
        Assert.That(Encoding.ASCII.GetString([.. lab.Guest.Heard]), Is.EqualTo("hello"));
        lab.Guest.Say("welcome"u8.ToArray(), finish: true);
        lab.RunUntil(() => client.Available == 7);
        using var sender = new UdpClient();
        await sender.SendAsync(new byte[] { 9, 8, 7 }, host.ForwardEndpoint(1));
        lab.RunUntil(() => lab.Guest.Datagrams.Count == 1);
        (Ipv4Endpoint source, byte[] content) = lab.Guest.Datagrams[0];
        Assert.That((source.Address.ToString(), content), Is.EqualTo((NatLab.Router, new byte[] { 9, 8, 7 })));
        lab.Guest.SayDatagram(69, NatLab.Router, source.Port, [4, 5]);
        lab.RunUntil(() => sender.Available > 0);
        Assert.That((await sender.ReceiveAsync()).Buffer, Is.EqualTo(new byte[] { 4, 5 }));
    }

    [Test]
    public void AnEndpointThatIsTakenIsAClearError()
    {
        using var server = new LoopbackServer(LoopbackServer.EchoAsync);
        var forward = new NatForward(NatProtocol.Tcp, NatLab.Endpoint("127.0.0.1", server.Port), NatLab.Endpoint("10.9.0.10", 22));
        Assert.That(() => new HostOutside([forward]),
            Throws.TypeOf<OutsideException>().With.Message.Contains($"127.0.0.1:{server.Port}"));
    }

    [Test]
    public void MoreStreamsThanTheLimitAreRefused()
    {
        var silence = new SilentOutside();
        using var lab = new NatLab(silence, NatLab.Options() with { StreamLimit = 5 });
        lab.Guest.Connect(Site, 80, 39_999);
        lab.RunFor(1);
        for (ushort port = 0; port < 7; port++) lab.Guest.Connect(Site, 80, (ushort)(40_000 + port));
        lab.RunFor(100);
        Assert.That(lab.Gateway.FlowCount, Is.EqualTo(5));
        Assert.That(lab.Guest.BrokenCount, Is.EqualTo(3));
    }

    [Test]
    public void MoreConversationsByDatagramsThanTheLimitEndTheOldest()
    {
        var silence = new SilentOutside();
        using var lab = new NatLab(silence);
        lab.Guest.SayDatagram(999, Site, 9, [1]);
        lab.RunFor(1);
        for (int flow = 1; flow < NatDatagrams.FlowLimit + 10; flow++) lab.Guest.SayDatagram((ushort)(1_000 + flow), Site, 9, [1]);
        lab.RunFor(100);
        Assert.That(lab.Gateway.FlowCount, Is.EqualTo(NatDatagrams.FlowLimit));
        Assert.That(silence.Requests.Count(request => request.Kind == OutsideMessageKind.Close), Is.EqualTo(10));
    }

    [Test]
    public void ARestoredGatewayIsTheSame()
    {
        var first = new SilentOutside();
        using var lab = new NatLab(first);
        lab.Guest.Connect(Site, 80);
        lab.Guest.SayDatagram(4_000, Site, 9, [1]);
        lab.RunFor(50);
        first.Say(new OutsideMessage(OutsideMessageKind.Opened, first.Requests[0].Flow));
        lab.Guest.Say(Pattern(5_000));
        lab.RunFor(50);
        byte[][] state = lab.Save();
        using var other = new NatLab(new SilentOutside());
        other.RunFor(100);
        other.Restore(state);
        Assert.That(other.Executor.Hash(), Is.EqualTo(lab.Executor.Hash()));
        lab.RunFor(5_000);
        other.RunFor(5_000);
        Assert.That(other.Executor.Hash(), Is.EqualTo(lab.Executor.Hash()));
    }

    [Test]
    public void NobodyWaitsForAnOutsideThatNobodyAsked()
    {
        using var host = new HostOutside([]);
        using var lab = new NatLab(host);
        lab.RunFor(3_600_000);
        Assert.That(lab.Executor.Now, Is.EqualTo(VirtualTime.FromSeconds(3_600)));
        Assert.That(lab.Gateway.Events.ArmedCount, Is.Zero);
    }

    internal static byte[] EchoRequest(uint rest, byte[] content)
    {
        byte[] message = new byte[IcmpPacket.HeaderBytes + content.Length];
        content.CopyTo(message, IcmpPacket.HeaderBytes);
        IcmpPacket.WriteHeader(message, IcmpPacket.EchoRequest, 0, rest);
        return message;
    }

    private static void Converse(NatLab lab, byte[] content)
    {
        lab.Guest.Connect(Site, 80);
        lab.Guest.Say(content, finish: true);
        lab.RunUntil(() => lab.Guest.FinishedCount == 1);
        Assert.That(lab.Guest.Heard, Is.EqualTo(content));
        lab.RunFor(20_000);
        Assert.That(lab.Guest.BrokenCount, Is.Zero);
        Assert.That(lab.Gateway.FlowCount, Is.Zero);
    }

    private static NatOptions OptionsFor(int port) => NatLab.Options(
        new NatService(NatProtocol.Tcp, NatLab.Endpoint(Site, 80), NatLab.Endpoint("127.0.0.1", port)));

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static byte[] Pattern(int length)
    {
        byte[] content = new byte[length];
        new RandomStream(1, "test", "content").Fill(content);
        return content;
    }
}
