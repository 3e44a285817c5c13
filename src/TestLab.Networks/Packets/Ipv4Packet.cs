using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>A view of an IPv4 packet (RFC 791) whose header is sound.</summary>
public readonly ref struct Ipv4Packet
{
    public const int HeaderBytes = 20;
    public const int LimitBytes = 65_535;
    public const byte DefaultTimeToLive = 64;
    public const ushort DoNotFragment = 0x4000;
    public const ushort MoreFragments = 0x2000;
    public const ushort OffsetMask = 0x1FFF;

    private Ipv4Packet(ReadOnlySpan<byte> bytes, int headerBytes)
    {
        Bytes = bytes;
        Payload = bytes[headerBytes..];
    }

    /// <summary>A packet put together from fragments: the first one's header, everybody's payload.</summary>
    public Ipv4Packet(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        Bytes = header;
        Payload = payload;
    }

    /// <summary>Header and payload, without the padding of the frame.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public ReadOnlySpan<byte> Header => Bytes[..((Bytes[0] & 0xF) * 4)];

    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(Bytes[4..]);

    public bool HasMoreFragments => (Fragmentation & MoreFragments) != 0;

    public int OffsetBytes => (Fragmentation & OffsetMask) * 8;

    public bool IsFragment => HasMoreFragments || OffsetBytes != 0;

    public byte TimeToLive => Bytes[8];

    public byte Protocol => Bytes[9];

    public Ipv4Address Source => Ipv4Address.Read(Bytes[12..]);

    public Ipv4Address Destination => Ipv4Address.Read(Bytes[16..]);

    private ushort Fragmentation => BinaryPrimitives.ReadUInt16BigEndian(Bytes[6..]);

    /// <returns>False for another version, lengths that do not fit, or a wrong checksum.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv4Packet packet)
    {
        packet = default;
        if (bytes.Length < HeaderBytes || bytes[0] >> 4 != 4) return false;
        int headerBytes = (bytes[0] & 0xF) * 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (headerBytes < HeaderBytes || length < headerBytes || length > bytes.Length) return false;
        if (InternetChecksum.Of(bytes[..headerBytes]) != 0) return false;
        packet = new Ipv4Packet(bytes[..length], headerBytes);
        return true;
    }

    /// <summary>Writes a header without options, with its checksum.</summary>
    /// <param name="fragmentation">Flags and offset in units of eight bytes.</param>
    public static void WriteHeader(
        Span<byte> bytes, int payloadBytes, ushort identification, ushort fragmentation, byte timeToLive, byte protocol,
        Ipv4Address source, Ipv4Address destination)
    {
        bytes[0] = 0x45;
        bytes[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)(HeaderBytes + payloadBytes));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], fragmentation);
        bytes[8] = timeToLive;
        bytes[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], 0);
        source.CopyTo(bytes[12..]);
        destination.CopyTo(bytes[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], InternetChecksum.Of(bytes[..HeaderBytes]));
    }
}
