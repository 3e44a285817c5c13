using System.Buffers.Binary;
using System.Globalization;

namespace TestLab.Networks.Packets;

/// <summary>An IPv4 address, the first byte in the highest place of the number.</summary>
public readonly record struct Ipv4Address(uint Value) : IComparable<Ipv4Address>
{
    public const int LengthBytes = 4;

    public static readonly Ipv4Address Any;

    public static readonly Ipv4Address Broadcast = new(0xFFFF_FFFF);

    public bool IsMulticast => Value >> 28 == 0xE;

    public bool IsLoopback => Value >> 24 == 127;

    public static Ipv4Address Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>Reads four decimal numbers with dots between them.</summary>
    public static bool TryParse(string text, out Ipv4Address address)
    {
        address = default;
        string[] parts = text.Split('.');
        if (parts.Length != LengthBytes) return false;
        uint value = 0;
        foreach (string part in parts)
        {
            if (!byte.TryParse(part, NumberStyles.None, null, out byte octet)) return false;
            value = value << 8 | octet;
        }

        address = new Ipv4Address(value);
        return true;
    }

    /// <exception cref="FormatException">The text is no address.</exception>
    public static Ipv4Address Parse(string text) =>
        TryParse(text, out Ipv4Address address) ? address : throw new FormatException($"'{text}' is not an IPv4 address.");

    public Ipv4Address Plus(uint offset) => new(Value + offset);

    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    public static bool operator <(Ipv4Address left, Ipv4Address right) => left.Value < right.Value;

    public static bool operator >(Ipv4Address left, Ipv4Address right) => left.Value > right.Value;

    public static bool operator <=(Ipv4Address left, Ipv4Address right) => left.Value <= right.Value;

    public static bool operator >=(Ipv4Address left, Ipv4Address right) => left.Value >= right.Value;

    public int CompareTo(Ipv4Address other) => Value.CompareTo(other.Value);

    public override string ToString() =>
        $"{Value >> 24}.{Value >> 16 & 0xFF}.{Value >> 8 & 0xFF}.{Value & 0xFF}";
}
