using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Networks.Tests.Segments;
using TestLab.Networks.Transport;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Transport;

/// <summary>An endpoint on the bench: the peer is made of single segments, and every segment of ours is seen.</summary>
internal sealed class TcpBench : EventProcess, ITcpUser, IPacketHandler
{
    public const uint PeerStart = 0xFFFF_FF00;

    private static readonly HardwareAddress Own = new(0x0200_0000_0001);
    private readonly Ipv4Interface _interface;
    private readonly FrameLog _log = new();

    public TcpBench()
        : base("bench")
    {
        _interface = new Ipv4Interface(Events, "bench", new InterfaceOptions
        {
            HardwareAddress = Own,
            Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
            Addresses = [Local.Address],
        }, _log, this);
        Endpoint = new TcpEndpoint(Events, "bench", _interface, this, new RandomStream(1, "bench", "tcp"), 2);
    }

    public static Ipv4Endpoint Local => new(Ipv4Address.Parse("10.9.0.2"), 80);

    public static Ipv4Endpoint Peer => new(Ipv4Address.Parse("10.9.0.10"), 40_000);

    public TcpEndpoint Endpoint { get; }

    public bool Welcomes { get; set; } = true;

    public TcpConnection? Connection { get; private set; }

    public List<byte> Heard { get; } = [];

    public List<string> Happened { get; } = [];

    /// <summary>Our first sequence number, once the connection is answered.</summary>
    public uint Start { get; private set; }

    public List<(VirtualTime Time, TcpFlags Flags, uint Sequence, uint Acknowledgment, int Window, byte[] Content)> Take()
    {
        var segments = _log.Frames.Select(frame =>
        {
            Assert.That(Ipv4Packet.TryParse(frame.Content.AsSpan(14), out Ipv4Packet packet), Is.True);
            Assert.That(TcpPacket.TryParse(packet, out TcpPacket segment), Is.True, "The checksum is right.");
            return (frame.Time, segment.Flags, segment.Sequence, segment.Acknowledgment, (int)segment.Window, segment.Payload.ToArray());
        }).ToList();
        _log.Frames.Clear();
        return segments;
    }

    public void Say(
        TcpFlags flags, uint sequence, uint acknowledgment = 0, byte[]? content = null, ushort window = 65_535, bool scaled = false)
    {
        content ??= [];
        int headerBytes = (flags & TcpFlags.Synchronize) != 0 ? TcpPacket.SynchronizeHeaderBytes : TcpPacket.HeaderBytes;
        byte[] segment = new byte[headerBytes + content.Length];
        if (headerBytes != TcpPacket.HeaderBytes) TcpPacket.WriteOptions(segment, 1_000, scaled ? (byte)2 : null);
        content.CopyTo(segment, headerBytes);
        TcpPacket.WriteHeader(segment, headerBytes, Peer, Local, sequence, acknowledgment, flags, window);
        _interface.Send(Now, StationFrames.Ipv4(Own, StationFrames.Alice, Peer.Address, Local.Address, IpProtocol.Tcp, segment));
    }

    /// <summary>Shakes hands and forgets the segments of it.</summary>
    public TcpConnection Establish(bool scaled = false)
    {
        Say(TcpFlags.Synchronize, PeerStart, scaled: scaled);
        Start = Take().Single().Sequence;
        Say(TcpFlags.Acknowledge, PeerStart + 1, Start + 1);
        Assert.That(Happened, Is.EqualTo(new[] { "established" }));
        Happened.Clear();
        return Connection ?? throw new InvalidOperationException("There is no connection.");
    }

    public void Pass(long milliseconds) => Advance(Now.After(milliseconds * 1_000_000));

    public bool IsWelcome(VirtualTime now, TcpConnection connection)
    {
        Connection = connection;
        if (Welcomes) connection.Answer(now);
        return Welcomes;
    }

    public void Established(VirtualTime now, TcpConnection connection) => Happened.Add("established");

    public void Received(VirtualTime now, TcpConnection connection, ReadOnlySpan<byte> content) => Heard.AddRange(content);

    public void Acknowledged(VirtualTime now, TcpConnection connection, int count) => Happened.Add($"acknowledged {count}");

    public void Finished(VirtualTime now, TcpConnection connection) => Happened.Add("finished");

    public void Broken(VirtualTime now, TcpConnection connection) => Happened.Add("broken");

    void IPacketHandler.Received(VirtualTime now, in Ipv4Packet packet) => Endpoint.Receive(now, packet);

    void IPacketHandler.InTransit(VirtualTime now, in Ipv4Packet packet) => Assert.Fail("All packets are for it.");
}
