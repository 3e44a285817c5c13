using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using TestLab.Networks.Packets;

namespace TestLab.Labs.Running;

/// <summary>Addresses of a plan as those that the networks work with.</summary>
internal static class Addresses
{
    public static Ipv4Address Of(IPAddress address) => Ipv4Address.Parse(address.ToString());

    public static Ipv4Subnet Of(IPNetwork subnet) => Ipv4Subnet.Parse($"{subnet.BaseAddress}/{subnet.PrefixLength}");

    /// <summary>The six bytes of a card's address, the first one highest.</summary>
    public static ulong NumberOf(PhysicalAddress card)
    {
        Span<byte> number = stackalloc byte[8];
        card.GetAddressBytes().CopyTo(number[2..]);
        return BinaryPrimitives.ReadUInt64BigEndian(number);
    }
}
