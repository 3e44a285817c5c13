using System.Buffers.Binary;
using System.Globalization;
using TestLab.Simulation;

namespace TestLab.Networks.Packets;

/// <summary>An Ethernet address: six bytes, the first sent in the highest place of the number.</summary>
public readonly record struct HardwareAddress(ulong Value)
{
    public const int LengthBytes = 6;

    public static readonly HardwareAddress Broadcast = new(0xFFFF_FFFF_FFFF);

    /// <summary>Broadcast or multicast: never the address of one station.</summary>
    public bool IsGroup => (Value & 0x0100_0000_0000) != 0;

    /// <summary>The locally administered address of a component, the same in every run of the seed.</summary>
    public static HardwareAddress Of(ulong seed, string path) =>
        new(0x0200_0000_0000 | new RandomStream(seed, path, "hardware address").At(0) & 0xFF_FFFF_FFFF);

    public static HardwareAddress Read(ReadOnlySpan<byte> bytes) =>
        new((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16
            | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]));

    /// <summary>Reads six pairs of digits with colons or hyphens between them.</summary>
    public static bool TryParse(string text, out HardwareAddress address)
    {
        address = default;
        string[] parts = text.Split(':', '-');
        if (parts.Length != LengthBytes) return false;
        ulong value = 0;
        foreach (string part in parts)
        {
            bool isOctet = byte.TryParse(part, NumberStyles.AllowHexSpecifier, null, out byte octet);
            if (part.Length != 2 || !isOctet) return false;
            value = value << 8 | octet;
        }

        address = new HardwareAddress(value);
        return true;
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(Value >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)Value);
    }

    public override string ToString()
    {
        ulong value = Value;
        return string.Join(
            ':', Enumerable.Range(0, LengthBytes).Select(index => $"{(byte)(value >> 8 * (5 - index)):x2}"));
    }
}
