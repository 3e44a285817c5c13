using TestLab.Networks.Hosts;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Networks.Tests.Hosts;
using TestLab.Networks.Tests.Outside;
using TestLab.Simulation;
using TestLab.Simulation.Processes;
using static TestLab.Networks.Tests.Segments.StationFrames;

namespace TestLab.Networks.Tests.Segments;

/// <summary>Guests are hostile: whatever they send, nothing breaks, nothing grows without bound, and others are served.</summary>
public sealed class HostileFrameTests
{
    private const int FrameCount = 60_000;

    /// <summary>What all limits together allow, generously.</summary>
    private const int StateLimitBytes = 24 << 20;

    private static readonly HardwareAddress Host = new(0x0200_0000_0002);
    private static readonly HardwareAddress Router = new(0x0200_0000_0001);
    private static readonly Ipv4Address HostAddress = Ipv4Address.Parse(NatLab.NameServer);
    private static readonly Ipv4Address AliceAddress = Ipv4Address.Parse("10.9.0.10");

    [TestCase(1UL)]
    [TestCase(2UL)]
    public void ASegmentOutlivesWhateverItsGuestsSend(ulong seed)
    {
        byte[][] first = Torture(seed);
        Assert.That(first.Sum(part => part.Length), Is.LessThan(StateLimitBytes));
        Assert.That(Torture(seed), Is.EqualTo(first), $"Seed {seed}: the same frames lead to the same state.");
    }

    [TestCase(1UL)]
    [TestCase(2UL)]
    public void AGatewayOutlivesWhateverGuestsAndTheOutsideSay(ulong seed)
    {
        var outside = new HostileOutside(seed);
        var gateway = new NatGateway("gateway", NatLab.Options() with { StreamLimit = 50, Forwards = [new(NatProtocol.Tcp, default, new Ipv4Endpoint(AliceAddress, 22))] }, outside);
        var log = new FrameLog();
        gateway.Jack.Cable = log;
        var mutator = new FrameMutator(seed, Corpus(Router));
        var pool = new FramePool();
        for (int count = 0; count < FrameCount; count++)
        {
            byte[] frame = mutator.Next();
            if (frame.Length > Frame.LimitBytes) continue;
            gateway.Accept(gateway.Input, gateway.Now, (ulong)count, pool.Rent(frame));
            gateway.Advance(gateway.Now.After(50_000));
            if (log.Frames.Count > 1_000) log.Frames.Clear();
        }

        Assert.That(SavedParts.Size(gateway), Is.LessThan(StateLimitBytes), $"Seed {seed}.");
        log.Frames.Clear();
        gateway.Accept(gateway.Input, gateway.Now, FrameCount, pool.Rent(Echo(Router, Alice, AliceAddress, gateway.Address, 1, [7])));
        gateway.Advance(gateway.Now.After(50_000));
        Assert.That(log.Frames.Select(frame => frame.Content[^1]), Does.Contain((byte)7), $"Seed {seed}.");
    }

    private static byte[][] Torture(ulong seed)
    {
        var bench = new SegmentBench(new SegmentOptions { Host = Options() }, "a", "b");
        var mutator = new FrameMutator(seed, Corpus(Host));
        for (int count = 0; count < FrameCount; count++)
        {
            byte[] frame = mutator.Next();
            if (frame.Length > Frame.LimitBytes) continue;
            bench.Send("a", bench.Segment.Now, frame);
            bench.Segment.Advance(bench.Segment.Now.After(50_000));
            foreach (string port in new[] { "a", "b" }) bench.At(port).Frames.Clear();
        }

        bench.Segment.Advance(bench.Segment.Now.After(10_000_000));
        bench.At("b").Frames.Clear();
        bench.Exchange("b", Echo(Host, Bob, Ipv4Address.Parse("10.9.0.11"), HostAddress, 1, [7]));
        Assert.That(bench.At("b").Frames.Select(frame => frame.Content[^1]), Does.Contain((byte)7), $"Seed {seed}: others are served.");
        return bench.Save();
    }

    private static HostOptions Options()
    {
        var zone = new DnsZone();
        zone.AddMachine("server", AliceAddress);
        zone.Add("*", DnsRecord.Of(HostAddress));
        return new HostOptions
        {
            Interface = new InterfaceOptions
            {
                HardwareAddress = Host,
                Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
                Addresses = [HostAddress],
            },
            Zone = zone,
            Resolver = Ipv4Address.Parse(NatLab.Router),
            Dhcp = new DhcpOptions
            {
                Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
                Server = HostAddress,
                PoolStart = AliceAddress,
                PoolEnd = Ipv4Address.Parse("10.9.0.200"),
            },
        };
    }

    private static List<byte[]> Corpus(HardwareAddress host)
    {
        var target = Ipv4Address.Parse(host == Host ? NatLab.NameServer : NatLab.Router);
        var client = new Ipv4Endpoint(AliceAddress, 1_234);
        var site = new Ipv4Endpoint(Ipv4Address.Parse("203.0.113.7"), 80);
        byte[] question = [0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 6, (byte)'s', (byte)'e', (byte)'r', (byte)'v', (byte)'e', (byte)'r', 3, (byte)'l', (byte)'a', (byte)'b', 0, 0, 1, 0, 1, 0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0];
        var corpus = new List<byte[]>
        {
            Of(HardwareAddress.Broadcast, Alice),
            Tagged(Bob, Alice, 5),
            Arp(HardwareAddress.Broadcast, new ArpPacket(ArpPacket.Request, Alice, AliceAddress, default, target)),
            Arp(host, new ArpPacket(ArpPacket.Reply, Alice, AliceAddress, host, target)),
            Echo(host, Alice, AliceAddress, target, 5, new byte[100]),
            Echo(host, Alice, AliceAddress, site.Address, 5, new byte[100]),
            Ipv4(host, Alice, AliceAddress, target, IpProtocol.Udp, new byte[800], Ipv4Packet.MoreFragments),
            Ipv4(host, Alice, AliceAddress, target, IpProtocol.Udp, new byte[800], 100),
            Udp(host, Alice, client, new Ipv4Endpoint(target, 53), question),
            Udp(host, Alice, client, new Ipv4Endpoint(target, 9), question),
            Udp(host, Alice, client, site, question),
            Udp(host, Alice, new Ipv4Endpoint(Ipv4Address.Parse(NatLab.Router), 53), new Ipv4Endpoint(target, 50_000), question),
            Udp(HardwareAddress.Broadcast, Alice, new Ipv4Endpoint(default, 68), new Ipv4Endpoint(Ipv4Address.Broadcast, 67), DhcpConversation.Message(DhcpMessageType.Discover, Alice)),
            Udp(HardwareAddress.Broadcast, Alice, new Ipv4Endpoint(default, 68), new Ipv4Endpoint(Ipv4Address.Broadcast, 67), DhcpConversation.Message(DhcpMessageType.Request, Alice, options: DhcpConversation.Wish("10.9.0.10"))),
        };
        foreach (Ipv4Endpoint server in new[] { new Ipv4Endpoint(target, 53), site })
        {
            corpus.Add(Tcp(host, client, server, TcpFlags.Synchronize, 100, 0, [], withOptions: true));
            corpus.Add(Tcp(host, client, server, TcpFlags.Acknowledge, 101, 0, new byte[200]));
            corpus.Add(Tcp(host, client, server, TcpFlags.Acknowledge | TcpFlags.Finish, 101, 0, []));
            corpus.Add(Tcp(host, client, server, TcpFlags.Reset, 101, 0, []));
        }

        return corpus;
    }

    private static byte[] Tcp(
        HardwareAddress host, Ipv4Endpoint source, Ipv4Endpoint destination, TcpFlags flags, uint sequence, uint acknowledgment,
        byte[] content, bool withOptions = false)
    {
        int headerBytes = withOptions ? TcpPacket.SynchronizeHeaderBytes : TcpPacket.HeaderBytes;
        byte[] segment = new byte[headerBytes + content.Length];
        if (withOptions) TcpPacket.WriteOptions(segment, 1_460, 7);
        content.CopyTo(segment, headerBytes);
        TcpPacket.WriteHeader(segment, headerBytes, source, destination, sequence, acknowledgment, flags, 1_000);
        return Ipv4(host, Alice, source.Address, destination.Address, IpProtocol.Tcp, segment);
    }

    /// <summary>Answers the right flows with anything at all.</summary>
    private sealed class HostileOutside(ulong seed) : IOutside
    {
        private readonly RandomStream _random = new(seed, "fuzzer", "outside");
        private readonly List<ulong> _flows = [0, 1, OutsideMessage.OutsideFlowBit | 1];

        public void Request(VirtualTime now, OutsideMessage message)
        {
            if (_flows.Count < 200) _flows.Add(message.Flow);
            else _flows[(int)_random.NextBelow(200)] = message.Flow;
        }

        public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited)
        {
            if (_random.NextBelow(3) == 0) return null;
            ulong flow = _flows[(int)_random.NextBelow((ulong)_flows.Count)];
            var kind = (OutsideMessageKind)(_random.NextBelow(12) + 64);
            return new OutsideMessage(kind, flow)
            {
                Number = (long)_random.Next() >> (int)_random.NextBelow(64),
                Content = new byte[_random.NextBelow(20) == 0 ? (int)_random.NextBelow(65_000) : (int)_random.NextBelow(100)],
            };
        }
    }
}
