namespace TestLab.Networks.Packets;

/// <summary>What an IPv4 packet carries (IANA numbers).</summary>
public static class IpProtocol
{
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const byte Udp = 17;
}
