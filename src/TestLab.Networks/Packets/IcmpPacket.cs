using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>A view of an ICMP message (RFC 792) whose checksum is right.</summary>
public readonly ref struct IcmpPacket
{
    public const int HeaderBytes = 8;
    public const byte EchoReply = 0;
    public const byte Unreachable = 3;
    public const byte EchoRequest = 8;
    public const byte TimeExceeded = 11;
    public const byte NetworkUnreachableCode = 0;
    public const byte HostUnreachableCode = 1;
    public const byte ProtocolUnreachableCode = 2;
    public const byte PortUnreachableCode = 3;
    public const byte ProhibitedCode = 13;

    private IcmpPacket(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    public ReadOnlySpan<byte> Bytes { get; }

    public byte Type => Bytes[0];

    public byte Code => Bytes[1];

    /// <summary>Of an echo: identifier above, sequence number below.</summary>
    public uint Rest => BinaryPrimitives.ReadUInt32BigEndian(Bytes[4..]);

    public ReadOnlySpan<byte> Payload => Bytes[HeaderBytes..];

    public static bool TryParse(ReadOnlySpan<byte> bytes, out IcmpPacket packet)
    {
        packet = default;
        if (bytes.Length < HeaderBytes || InternetChecksum.Of(bytes) != 0) return false;
        packet = new IcmpPacket(bytes);
        return true;
    }

    /// <summary>Writes the header before a payload that stands in its place already.</summary>
    /// <param name="bytes">Header and payload.</param>
    public static void WriteHeader(Span<byte> bytes, byte type, byte code, uint rest)
    {
        bytes[0] = type;
        bytes[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], rest);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], InternetChecksum.Of(bytes));
    }
}
