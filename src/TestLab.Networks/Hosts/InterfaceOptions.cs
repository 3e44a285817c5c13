using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>Who a host of the lab's own is on its segment.</summary>
public sealed record InterfaceOptions
{
    public required HardwareAddress HardwareAddress { get; init; }

    public required Ipv4Subnet Subnet { get; init; }

    /// <summary>The addresses it answers for; the first is the one it speaks from.</summary>
    public required IReadOnlyList<Ipv4Address> Addresses { get; init; }

    /// <summary>Who takes what is for other subnets, if anybody.</summary>
    public Ipv4Address? Router { get; init; }

    /// <summary>The largest IPv4 packet it sends in one piece, in bytes.</summary>
    public int MtuBytes { get; init; } = 1_500;
}
