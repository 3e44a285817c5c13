using System.Net;
using System.Net.NetworkInformation;

namespace TestLab.Labs.Plans;

/// <summary>A network card of a machine.</summary>
public sealed record CardPlan
{
    public required string Network { get; init; }

    /// <summary>The link between card and network: <c>client.wan</c>; a second card there is <c>client.wan.2</c>.</summary>
    public required string Link { get; init; }

    public required PhysicalAddress Mac { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>Whether the lab file gave the address; the others are given in the order of the file.</summary>
    public required bool IsAddressFixed { get; init; }
}
