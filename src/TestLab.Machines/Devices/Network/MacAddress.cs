using System.Buffers.Binary;

namespace TestLab.Machines.Devices.Network;

/// <summary>Six bytes, the first sent in the highest place of the number.</summary>
public readonly record struct MacAddress(ulong Value)
{
    public const int LengthBytes = 6;

    public void CopyTo(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value << 16);
        bytes[..LengthBytes].CopyTo(destination);
    }

    public override string ToString()
    {
        byte[] bytes = new byte[LengthBytes];
        CopyTo(bytes);
        return string.Join(':', bytes.Select(value => value.ToString("x2")));
    }
}
