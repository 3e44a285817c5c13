using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>A view of a TCP segment (RFC 9293) whose header is sound and whose checksum is right.</summary>
public readonly ref struct TcpPacket
{
    public const int HeaderBytes = 20;

    /// <summary>Header with the two options that a synchronizing segment of ours has.</summary>
    public const int SynchronizeHeaderBytes = HeaderBytes + 8;

    /// <summary>What a peer that names no limit takes (RFC 9293, 3.7.1).</summary>
    public const ushort DefaultMaximumSegment = 536;

    /// <summary>The largest shift of a window (RFC 7323).</summary>
    public const byte WindowScaleLimit = 14;

    private const byte EndOption = 0;
    private const byte PaddingOption = 1;
    private const byte MaximumSegmentOption = 2;
    private const byte WindowScaleOption = 3;

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpPacket(ReadOnlySpan<byte> bytes, int headerBytes)
    {
        _bytes = bytes;
        Options = bytes[HeaderBytes..headerBytes];
        Payload = bytes[headerBytes..];
    }

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public uint Acknowledgment => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    public TcpFlags Flags => (TcpFlags)(_bytes[13] & 0x3F);

    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_bytes[14..]);

    public ReadOnlySpan<byte> Options { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public static bool TryParse(in Ipv4Packet carrier, out TcpPacket packet)
    {
        packet = default;
        ReadOnlySpan<byte> bytes = carrier.Payload;
        if (bytes.Length < HeaderBytes) return false;
        int headerBytes = (bytes[12] >> 4) * 4;
        if (headerBytes < HeaderBytes || headerBytes > bytes.Length) return false;
        if (InternetChecksum.Of(bytes, carrier.Source, carrier.Destination, IpProtocol.Tcp) != 0) return false;
        packet = new TcpPacket(bytes, headerBytes);
        return true;
    }

    /// <summary>The options that a synchronizing segment may have; damaged ones count as absent.</summary>
    /// <param name="maximumSegment">The peer's limit of payload bytes.</param>
    /// <param name="windowScale">The shift of the peer's windows; null if it scales none.</param>
    public void ReadOptions(out ushort maximumSegment, out byte? windowScale)
    {
        (maximumSegment, windowScale) = (DefaultMaximumSegment, null);
        ReadOnlySpan<byte> rest = Options;
        while (!rest.IsEmpty && rest[0] != EndOption)
        {
            if (rest[0] == PaddingOption)
            {
                rest = rest[1..];
                continue;
            }

            if (rest.Length < 2 || rest[1] < 2 || rest[1] > rest.Length) return;
            if (rest[0] == MaximumSegmentOption && rest[1] == 4)
                maximumSegment = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            else if (rest[0] == WindowScaleOption && rest[1] == 3)
                windowScale = Math.Min(rest[2], WindowScaleLimit);
            rest = rest[rest[1]..];
        }
    }

    /// <summary>Writes the options of a synchronizing segment behind the place of the fixed header.</summary>
    public static void WriteOptions(Span<byte> bytes, ushort maximumSegment, byte? windowScale)
    {
        bytes[HeaderBytes] = MaximumSegmentOption;
        bytes[HeaderBytes + 1] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(HeaderBytes + 2)..], maximumSegment);
        ReadOnlySpan<byte> scale = windowScale is { } shift
            ? [PaddingOption, WindowScaleOption, 3, shift]
            : [PaddingOption, PaddingOption, PaddingOption, EndOption];
        scale.CopyTo(bytes[(HeaderBytes + 4)..]);
    }

    /// <summary>Writes the fixed header before options and payload that stand in their places already.</summary>
    /// <param name="bytes">Header, options and payload.</param>
    public static void WriteHeader(
        Span<byte> bytes, int headerBytes, Ipv4Endpoint source, Ipv4Endpoint destination, uint sequence,
        uint acknowledgment, TcpFlags flags, ushort window)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], acknowledgment);
        bytes[12] = (byte)(headerBytes / 4 << 4);
        bytes[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[14..], window);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], 0);
        ushort checksum = InternetChecksum.Of(bytes, source.Address, destination.Address, IpProtocol.Tcp);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], checksum);
    }
}
