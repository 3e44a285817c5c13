using System.Buffers.Binary;

namespace TestLab.Networks.Tests;

/// <summary>Well-formed frames, so that a judge from outside has nothing to find fault with.</summary>
internal static class TestFrames
{
    private const int EthernetBytes = 14;
    private const int IpBytes = 20;
    private const int UdpBytes = 8;

    /// <summary>An UDP datagram in a frame of so many bytes; its number stands in its first eight bytes.</summary>
    /// <param name="frameBytes">At least 50.</param>
    /// <param name="congestion">The two bits of RFC 3168: 0 for a sender that does not understand them, 2 for one that does.</param>
    public static byte[] Udp(int frameBytes, ulong number, ushort sourcePort = 4_000, byte congestion = 0)
    {
        byte[] frame = new byte[frameBytes];
        new byte[] { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 }.CopyTo(frame, 0);
        Span<byte> packet = frame.AsSpan(EthernetBytes);
        packet[0] = 0x45;
        packet[1] = congestion;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], 0x4000);
        packet[8] = 64;
        packet[9] = 17;
        new byte[] { 10, 0, 0, 1, 10, 0, 0, 2 }.CopyTo(packet[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..IpBytes], 0));
        Span<byte> datagram = packet[IpBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], 5_001);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[UdpBytes..], number);
        uint pseudoHeader = Sum(packet.Slice(12, 8)) + 17 + (uint)datagram.Length;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], Checksum(datagram, pseudoHeader));
        return frame;
    }

    public static ulong NumberOf(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt64BigEndian(frame[(EthernetBytes + IpBytes + UdpBytes)..]);

    /// <summary>Whether the IP header's checksum is right.</summary>
    public static bool IsHeaderIntact(ReadOnlySpan<byte> frame) => Checksum(frame.Slice(EthernetBytes, IpBytes), 0) == 0;

    private static ushort Checksum(ReadOnlySpan<byte> bytes, uint start)
    {
        uint sum = start + Sum(bytes);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }
}
