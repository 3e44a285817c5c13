using System.Buffers.Binary;

namespace TestLab.Networks.Links.Queues;

/// <summary>Which flow a frame belongs to, as a number: addresses, protocol and ports, mixed with a salt.</summary>
internal static class FlowHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    public static ulong Of(ReadOnlySpan<byte> frame, ulong salt)
    {
        FrameLayout layout = FrameLayout.Of(frame);
        ulong hash = salt;
        // Without IP, the stations and the kind of the frame are the flow.
        hash = Mix(hash, layout.EtherType switch
        {
            FrameLayout.Ipv4 => frame.Slice(layout.NetworkOffset + 12, 8),
            FrameLayout.Ipv6 => frame.Slice(layout.NetworkOffset + 8, 32),
            _ => frame[..Math.Min(12, frame.Length)],
        });
        hash = Mix(hash, (ulong)layout.EtherType << 8 | layout.Protocol);
        bool hasPorts = layout.Protocol is FrameLayout.Tcp or FrameLayout.Udp && frame.Length >= layout.TransportOffset + 4;
        return hasPorts ? Mix(hash, frame.Slice(layout.TransportOffset, 4)) : hash;
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 4; bytes = bytes[4..]) hash = Mix(hash, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        return hash;
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        ulong high = Math.BigMul((hash ^ value) + Multiplier, Multiplier, out ulong low);
        return high ^ low ^ value;
    }
}
