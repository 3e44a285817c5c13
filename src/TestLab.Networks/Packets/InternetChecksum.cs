using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>The checksum of IP, ICMP, UDP and TCP: the complement of the sum in ones' complement (RFC 1071).</summary>
public static class InternetChecksum
{
    public const int PseudoHeaderBytes = 12;

    /// <summary>Over the bytes as they stand: zero where a checksum is included and right.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes) => Fold(Sum(bytes));

    /// <summary>Over the bytes with the pseudo header of TCP and UDP before them.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes, Ipv4Address source, Ipv4Address destination, byte protocol) =>
        Fold(Sum(bytes) + Halves(source.Value) + Halves(destination.Value) + protocol + (ulong)bytes.Length);

    private static ulong Halves(uint value) => (value >> 16) + (value & 0xFFFF);

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        // Four bytes at a time: the carries gather above and are folded in at the end.
        ulong sum = 0;
        for (; bytes.Length >= 4; bytes = bytes[4..]) sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF) sum = (sum >> 16) + (sum & 0xFFFF);
        return (ushort)~sum;
    }
}
