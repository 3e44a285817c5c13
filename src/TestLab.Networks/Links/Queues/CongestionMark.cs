using System.Buffers.Binary;

namespace TestLab.Networks.Links.Queues;

/// <summary>The mark "congestion experienced" in IP headers: RFC 3168.</summary>
internal static class CongestionMark
{
    private const int Experienced = 3;

    /// <summary>Sets the mark in a packet whose sender understands it, and keeps the header's checksum right.</summary>
    /// <returns>False for any other frame, which is left alone.</returns>
    public static bool TrySet(Span<byte> frame)
    {
        FrameLayout layout = FrameLayout.Of(frame);
        Span<byte> packet = frame[layout.NetworkOffset..];
        return layout.EtherType switch
        {
            FrameLayout.Ipv4 => TrySetIpv4(packet),
            FrameLayout.Ipv6 => TrySetIpv6(packet),
            _ => false,
        };
    }

    private static bool TrySetIpv4(Span<byte> packet)
    {
        if ((packet[1] & Experienced) == 0) return false;
        int before = BinaryPrimitives.ReadUInt16BigEndian(packet);
        packet[1] |= Experienced;
        int after = BinaryPrimitives.ReadUInt16BigEndian(packet);
        // RFC 1624: the new checksum is ~(~old + ~before + after), in ones' complement.
        int sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(packet[10..]) + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], (ushort)~sum);
        return true;
    }

    // The traffic class lies across the first two bytes; its lowest bits are bits 5 and 4 of the second.
    private static bool TrySetIpv6(Span<byte> packet)
    {
        if ((packet[1] >> 4 & Experienced) == 0) return false;
        packet[1] |= Experienced << 4;
        return true;
    }
}
