using System.Net;
using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>What a name stands for: an address, or another name.</summary>
/// <param name="Type">One of <see cref="DnsType"/>.</param>
/// <param name="Content">The bytes of an address or a text; empty for a name.</param>
/// <param name="Target">The other name, of an alias or a pointer.</param>
public sealed record DnsRecord(ushort Type, ReadOnlyMemory<byte> Content, string Target)
{
    public static DnsRecord Of(Ipv4Address address)
    {
        byte[] content = new byte[Ipv4Address.LengthBytes];
        address.CopyTo(content);
        return new DnsRecord(DnsType.Address, content, "");
    }

    /// <summary>Of an IPv6 address, or of an IPv4 address in the framework's own form.</summary>
    public static DnsRecord Of(IPAddress address)
    {
        byte[] content = address.GetAddressBytes();
        ushort type = content.Length == Ipv4Address.LengthBytes ? DnsType.Address : DnsType.Address6;
        return new DnsRecord(type, content, "");
    }

    public static DnsRecord Alias(string target) => new(DnsType.Alias, default, target);

    public static DnsRecord Pointer(string target) => new(DnsType.Pointer, default, target);
}
