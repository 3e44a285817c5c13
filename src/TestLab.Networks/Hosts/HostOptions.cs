using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>What the built-in host of a segment is and serves.</summary>
public sealed record HostOptions
{
    public required InterfaceOptions Interface { get; init; }

    /// <summary>Where connections start to count and the like.</summary>
    public ulong Seed { get; init; }

    /// <summary>No addresses are given away without it.</summary>
    public DhcpOptions? Dhcp { get; init; }

    /// <summary>No names are told without it.</summary>
    public DnsZone? Zone { get; init; }

    /// <summary>Who knows the names of the outside; without one, there are none.</summary>
    public Ipv4Address? Resolver { get; init; }
}
