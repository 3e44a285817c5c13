using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>A subnet that is reached through a router of the segment.</summary>
public sealed record DhcpRoute(Ipv4Subnet Subnet, Ipv4Address Router);
