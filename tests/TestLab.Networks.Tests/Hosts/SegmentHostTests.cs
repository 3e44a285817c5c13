using System.Text;
using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Networks.Tests.Segments;
using TestLab.Simulation;
using static TestLab.Networks.Tests.Segments.StationFrames;

namespace TestLab.Networks.Tests.Hosts;

/// <summary>What a guest sees of the host that serves its segment.</summary>
public sealed class SegmentHostTests
{
    private static readonly HardwareAddress Host = new(0x0200_0000_00FE);
    private static readonly Ipv4Address HostAddress = Ipv4Address.Parse("10.9.0.2");
    private static readonly Ipv4Address AliceAddress = Ipv4Address.Parse("10.9.0.10");

    [Test]
    public void ItAnswersAddressResolutionToTheByte()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Arp(HardwareAddress.Broadcast, new ArpPacket(ArpPacket.Request, Alice, AliceAddress, default, HostAddress)));
        byte[] expected =
        [
            2, 0, 0, 0, 0, 0x0A, 2, 0, 0, 0, 0, 0xFE, 8, 6,
            0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 0xFE, 10, 9, 0, 2, 2, 0, 0, 0, 0, 0x0A, 10, 9, 0, 10,
        ];
        Assert.That(bench.At("a").TakeOne(), Is.EqualTo(expected));
    }

    [Test]
    public void ItAnswersForItsOtherAddressesAndForNoOther()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Arp(HardwareAddress.Broadcast, new ArpPacket(
            ArpPacket.Request, Alice, AliceAddress, default, Ipv4Address.Parse("10.9.0.3"))));
        Assert.That(bench.At("a").Frames, Has.Count.EqualTo(1));
        bench.Exchange("a", Arp(HardwareAddress.Broadcast, new ArpPacket(
            ArpPacket.Request, Alice, AliceAddress, default, Ipv4Address.Parse("10.9.0.4"))));
        Assert.That(bench.At("a").Frames, Has.Count.EqualTo(1));
    }

    [Test]
    public void AnEchoComesBackWithItsContentAndRightChecksums()
    {
        SegmentBench bench = Bench();
        byte[] content = Encoding.ASCII.GetBytes("hello, host");
        bench.Exchange("a", Echo(Host, Alice, AliceAddress, HostAddress, 0x0001_0007, content));
        (Ipv4Address source, byte timeToLive, byte[] payload) = Unwrap(bench.At("a").TakeOne());
        Assert.That((source, timeToLive), Is.EqualTo((HostAddress, (byte)64)));
        Assert.That(IcmpPacket.TryParse(payload, out IcmpPacket reply), Is.True);
        Assert.That((reply.Type, reply.Rest), Is.EqualTo((IcmpPacket.EchoReply, 0x0001_0007u)));
        Assert.That(reply.Payload.ToArray(), Is.EqualTo(content));
    }

    [Test]
    public void ALargeEchoIsPutTogetherAndComesBackInPieces()
    {
        SegmentBench bench = Bench();
        byte[] message = new byte[IcmpPacket.HeaderBytes + 3_000];
        for (int index = 0; index < 3_000; index++) message[IcmpPacket.HeaderBytes + index] = (byte)index;
        IcmpPacket.WriteHeader(message, IcmpPacket.EchoRequest, 0, 5);
        // The last piece first: order does not matter.
        bench.Exchange("a", Ipv4(Host, Alice, AliceAddress, HostAddress, IpProtocol.Icmp, message.AsSpan(2_960), 2_960 / 8));
        bench.Exchange("a", Ipv4(Host, Alice, AliceAddress, HostAddress, IpProtocol.Icmp, message.AsSpan(0, 1_480), Ipv4Packet.MoreFragments));
        Assert.That(bench.At("a").Frames, Is.Empty);
        bench.Exchange("a", Ipv4(
            Host, Alice, AliceAddress, HostAddress, IpProtocol.Icmp, message.AsSpan(1_480, 1_480), 1_480 / 8 | Ipv4Packet.MoreFragments));
        Assert.That(bench.At("a").Frames, Has.Count.EqualTo(3));
        byte[] whole = [.. bench.At("a").Frames.SelectMany(frame => Unwrap(frame.Content).Payload)];
        Assert.That(IcmpPacket.TryParse(whole, out IcmpPacket reply), Is.True);
        Assert.That(reply.Payload.SequenceEqual(message.AsSpan(IcmpPacket.HeaderBytes)), Is.True);
    }

    [Test]
    public void APortWhereNobodyListensIsReportedWithTheBeginningOfThePacket()
    {
        SegmentBench bench = Bench();
        var source = new Ipv4Endpoint(AliceAddress, 4_000);
        byte[] frame = Udp(Host, Alice, source, new Ipv4Endpoint(HostAddress, 9), [1, 2, 3]);
        bench.Exchange("a", frame);
        byte[] payload = Unwrap(bench.At("a").TakeOne()).Payload;
        Assert.That(IcmpPacket.TryParse(payload, out IcmpPacket error), Is.True);
        Assert.That((error.Type, error.Code), Is.EqualTo((IcmpPacket.Unreachable, IcmpPacket.PortUnreachableCode)));
        Assert.That(error.Payload.ToArray(), Is.EqualTo(frame[14..42]));
    }

    [Test]
    public void WrongChecksumsAreDropped()
    {
        SegmentBench bench = Bench();
        byte[] header = Echo(Host, Alice, AliceAddress, HostAddress, 1, [1, 2]);
        header[24] ^= 1;
        byte[] message = Echo(Host, Alice, AliceAddress, HostAddress, 1, [1, 2]);
        message[^1] ^= 1;
        bench.Exchange("a", header);
        bench.Exchange("a", message);
        Assert.That(bench.At("a").Frames, Is.Empty);
    }

    [Test]
    public void AGuestGetsItsAddressOverTheSegment()
    {
        SegmentBench bench = Bench();
        var nobody = new Ipv4Endpoint(Ipv4Address.Any, DhcpMessage.ClientPort);
        var everybody = new Ipv4Endpoint(Ipv4Address.Broadcast, DhcpMessage.ServerPort);
        byte[] discover = DhcpConversation.Message(DhcpMessageType.Discover, Alice);
        bench.Exchange("a", Udp(HardwareAddress.Broadcast, Alice, nobody, everybody, discover));
        byte[] frame = bench.At("a").TakeOne();
        Assert.That(HardwareAddress.Read(frame), Is.EqualTo(Alice));
        (Ipv4Address source, _, byte[] payload) = Unwrap(frame);
        Assert.That(source, Is.EqualTo(HostAddress));
        Assert.That(DhcpMessage.TryParse(payload.AsSpan(UdpPacket.HeaderBytes), out DhcpMessage offer), Is.True);
        Assert.That((offer.Type, offer.YourAddress), Is.EqualTo((DhcpMessageType.Offer, AliceAddress)));
        Assert.That(bench.At("b").Frames, Has.Count.EqualTo(1), "The question was for all, the offer is not.");
    }

    [Test]
    public void AForeignNameIsAskedOfTheResolverAndItsAnswerComesBack()
    {
        SegmentBench bench = Bench(resolver: "10.9.0.1");
        var client = new Ipv4Endpoint(AliceAddress, 5_353);
        byte[] question = [0x77, 0x77, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'x', 3, (byte)'o', (byte)'r', (byte)'g', 0, 0, 1, 0, 1];
        bench.Exchange("a", Udp(Host, Alice, client, new Ipv4Endpoint(HostAddress, 53), question));
        byte[] search = bench.At("b").Frames[^1].Content;
        Assert.That(search[12..14], Is.EqualTo(new byte[] { 8, 6 }), "Who is the resolver?");
        bench.At("b").Frames.Clear();
        var resolver = Ipv4Address.Parse("10.9.0.1");
        bench.Exchange("b", Arp(Host, new ArpPacket(ArpPacket.Reply, Bob, resolver, Host, HostAddress)));
        byte[] relayed = Unwrap(bench.At("b").TakeOne()).Payload;
        Assert.That(relayed[UdpPacket.HeaderBytes..], Is.EqualTo(question));
        var relay = new Ipv4Endpoint(HostAddress, (ushort)(relayed[0] << 8 | relayed[1]));
        byte[] answer = [.. question];
        answer[2] |= 0x80;
        bench.At("a").Frames.Clear();
        bench.Exchange("b", Udp(Host, Bob, new Ipv4Endpoint(resolver, 53), relay, answer));
        (Ipv4Address source, _, byte[] payload) = Unwrap(bench.At("a").TakeOne());
        Assert.That(source, Is.EqualTo(HostAddress));
        Assert.That(payload[..4], Is.EqualTo(new byte[] { 0, 53, 0x14, 0xE9 }));
        Assert.That(payload[UdpPacket.HeaderBytes..], Is.EqualTo(answer));
    }

    [Test]
    public void AnAnswerThatNobodyAskedForGoesNowhere()
    {
        SegmentBench bench = Bench(resolver: "10.9.0.1");
        byte[] answer = new byte[20];
        bench.Exchange("b", Udp(Host, Bob, new Ipv4Endpoint(Ipv4Address.Parse("10.9.0.1"), 53), new Ipv4Endpoint(HostAddress, 50_003), answer));
        Assert.That(bench.At("a").Frames, Has.Count.EqualTo(1), "The flood of a frame for a station not heard yet.");
        Assert.That(bench.At("b").Frames, Is.Empty);
    }

    [Test]
    public void APacketForAnotherHostIsNotForwarded()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Echo(Host, Alice, AliceAddress, Ipv4Address.Parse("192.0.2.1"), 1, []));
        Assert.That(bench.At("a").Frames, Is.Empty);
    }

    [Test]
    public void FragmentsNeverTakeMoreThanTheirPlaces()
    {
        SegmentBench bench = Bench();
        for (int index = 0; index < 200; index++)
        {
            byte[] frame = Ipv4(Host, Alice, new Ipv4Address((uint)(0x0A09_0010 + index)), HostAddress, IpProtocol.Udp, new byte[1_480], Ipv4Packet.MoreFragments);
            bench.Exchange("a", frame);
        }

        Assert.That(bench.Save().Sum(part => part.Length), Is.LessThan(Reassembly.PacketLimit * (1_480 + 2_048) + 200_000));
    }

    [Test]
    public void ARestoredHostKeepsItsLeases()
    {
        SegmentBench first = Bench();
        var nobody = new Ipv4Endpoint(Ipv4Address.Any, DhcpMessage.ClientPort);
        var everybody = new Ipv4Endpoint(Ipv4Address.Broadcast, DhcpMessage.ServerPort);
        first.Exchange("a", Udp(HardwareAddress.Broadcast, Alice, nobody, everybody, DhcpConversation.Message(DhcpMessageType.Discover, Alice)));
        SegmentBench second = Bench();
        second.Restore(first.Save());
        Assert.That(second.Save(), Is.EqualTo(first.Save()));
    }

    internal static (Ipv4Address Source, byte TimeToLive, byte[] Payload) Unwrap(byte[] frame)
    {
        Assert.That(EthernetPacket.TryParse(frame, out EthernetPacket packet), Is.True);
        Assert.That(Ipv4Packet.TryParse(packet.Payload, out Ipv4Packet ip), Is.True, "The header and its checksum are right.");
        if (ip is { Protocol: IpProtocol.Udp, IsFragment: false }) Assert.That(UdpPacket.TryParse(ip, out _), Is.True);
        return (ip.Source, ip.TimeToLive, ip.Payload.ToArray());
    }

    private static SegmentBench Bench(string? resolver = null)
    {
        var subnet = Ipv4Subnet.Parse("10.9.0.0/24");
        var zone = new DnsZone();
        zone.AddMachine("alice", AliceAddress);
        return new SegmentBench(new SegmentOptions
        {
            Host = new HostOptions
            {
                Interface = new InterfaceOptions
                {
                    HardwareAddress = Host,
                    Subnet = subnet,
                    Addresses = [HostAddress, Ipv4Address.Parse("10.9.0.3")],
                },
                Zone = zone,
                Resolver = resolver is null ? null : Ipv4Address.Parse(resolver),
                Dhcp = new DhcpOptions
                {
                    Subnet = subnet,
                    Server = HostAddress,
                    PoolStart = AliceAddress,
                    PoolEnd = Ipv4Address.Parse("10.9.0.99"),
                    NameServers = [HostAddress],
                },
            },
        }, "a", "b");
    }
}
