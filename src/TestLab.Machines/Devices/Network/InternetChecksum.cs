using System.Buffers.Binary;

namespace TestLab.Machines.Devices.Network;

/// <summary>The checksum of IP, TCP and UDP (RFC 1071): the complement of the sum of 16-bit words.</summary>
public static class InternetChecksum
{
    /// <summary>Bytes of a TCP or UDP pseudo header that differ by protocol version are summed by their owner.</summary>
    private const int WordBytes = 8;

    /// <summary>The sum of the bytes as big-endian words, an odd last byte being the high one; to be added to others.</summary>
    /// <param name="bytes">At most 64 KiB plus headers.</param>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        // The sum does not depend on the order of bytes but for one swap at the end (RFC 1071, 2 B).
        ulong sum = 0;
        while (bytes.Length >= WordBytes)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            sum += (uint)word + (word >> 32);
            bytes = bytes[WordBytes..];
        }

        Span<byte> rest = stackalloc byte[WordBytes];
        rest.Clear();
        bytes.CopyTo(rest);
        ulong last = BinaryPrimitives.ReadUInt64LittleEndian(rest);
        return BinaryPrimitives.ReverseEndianness(Fold(sum + (uint)last + (last >> 32)));
    }

    /// <summary>What goes into the field, where the sum covers all else; 0xFFFF where the sum has all bits.</summary>
    /// <remarks>A UDP checksum of zero would mean "none"; all ones is the same number.</remarks>
    public static ushort Finish(ulong sum)
    {
        ushort checksum = (ushort)~Fold(sum);
        return checksum == 0 ? ushort.MaxValue : checksum;
    }

    /// <summary>True where the sum covers the field too and is right.</summary>
    public static bool IsRight(ulong sum) => Fold(sum) == ushort.MaxValue;

    private static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }
}
