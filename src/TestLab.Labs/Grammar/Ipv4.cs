using System.Buffers.Binary;
using System.Net;

namespace TestLab.Labs.Grammar;

/// <summary>IPv4 addresses as numbers.</summary>
internal static class Ipv4
{
    public static uint ToNumber(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    public static IPAddress ToAddress(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new(bytes);
    }

    public static uint Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);

    public static uint First(IPNetwork subnet) => ToNumber(subnet.BaseAddress);

    /// <summary>The broadcast address.</summary>
    public static uint Last(IPNetwork subnet) => First(subnet) | ~Mask(subnet.PrefixLength);
}
