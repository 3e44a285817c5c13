using System.Buffers.Binary;

namespace TestLab.Networks;

/// <summary>Where the headers of an Ethernet frame end; of garbage, as much as can be told.</summary>
/// <remarks>Every offset lies within the frame, so who follows them cannot leave it.</remarks>
public readonly record struct FrameLayout
{
    public const int EthernetHeaderBytes = 14;
    public const int TagBytes = 4;
    public const ushort Ipv4 = 0x0800;
    public const ushort Ipv6 = 0x86DD;
    public const byte Tcp = 6;
    public const byte Udp = 17;

    /// <summary>Tags that are looked through; a frame with more is a frame of an unknown kind.</summary>
    public const int TagLimit = 2;

    private const ushort CustomerTag = 0x8100;
    private const ushort ServiceTag = 0x88A8;
    private const byte Icmp = 1;
    private const byte Icmpv6 = 58;
    private const int Ipv4HeaderBytes = 20;
    private const int Ipv6HeaderBytes = 40;

    /// <summary>What the frame carries; 0 where it is too short to tell.</summary>
    public ushort EtherType { get; private init; }

    /// <summary>How many VLAN tags precede the network header, at most <see cref="TagLimit"/>.</summary>
    public int Tags { get; private init; }

    public int NetworkOffset { get; private init; }

    /// <summary>The protocol above IP; 0 where there is none, or in a fragment that is not the first.</summary>
    public byte Protocol { get; private init; }

    /// <summary>Where the header above IP begins; the network offset where there is no IP.</summary>
    public int TransportOffset { get; private init; }

    /// <summary>Where the headers of TCP, UDP or ICMP end.</summary>
    public int PayloadOffset { get; private init; }

    public bool IsIp => EtherType is Ipv4 or Ipv6;

    public static FrameLayout Of(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetHeaderBytes)
            return new FrameLayout { NetworkOffset = frame.Length, TransportOffset = frame.Length, PayloadOffset = frame.Length };

        int network = EthernetHeaderBytes;
        int tags = 0;
        ushort type = ReadUInt16(frame, 12);
        while (type is CustomerTag or ServiceTag && tags < TagLimit && frame.Length >= network + TagBytes)
        {
            type = ReadUInt16(frame, network + 2);
            network += TagBytes;
            tags++;
        }

        var layout = new FrameLayout
        {
            EtherType = type,
            Tags = tags,
            NetworkOffset = network,
            TransportOffset = network,
            PayloadOffset = network,
        };
        ReadOnlySpan<byte> packet = frame[network..];
        return type switch
        {
            Ipv4 when packet.Length >= Ipv4HeaderBytes && packet[0] >> 4 == 4 => layout.WithTransport(
                frame, 4 * (packet[0] & 15), (ReadUInt16(packet, 6) & 0x1FFF) == 0 ? packet[9] : (byte)0),
            Ipv6 when packet.Length >= Ipv6HeaderBytes && packet[0] >> 4 == 6 =>
                layout.WithTransport(frame, Ipv6HeaderBytes, packet[6]),
            Ipv4 or Ipv6 => layout with { EtherType = 0 },
            _ => layout,
        };
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

    private FrameLayout WithTransport(ReadOnlySpan<byte> frame, int headerBytes, byte protocol)
    {
        int transport = Math.Min(NetworkOffset + headerBytes, frame.Length);
        int header = protocol switch
        {
            Tcp when frame.Length > transport + 12 => 4 * (frame[transport + 12] >> 4),
            Udp or Icmp or Icmpv6 => 8,
            _ => 0,
        };
        return this with
        {
            Protocol = protocol,
            TransportOffset = transport,
            PayloadOffset = Math.Min(transport + header, frame.Length),
        };
    }
}
