using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;

namespace TestLab.Networks.Outside;

/// <summary>How a gateway to the outside is built, and whom it lets where.</summary>
public sealed record NatOptions
{
    public required InterfaceOptions Interface { get; init; }

    public ulong Seed { get; init; }

    /// <summary>
    /// Where guests may go; everywhere but the host itself, if it is not said. Services are always allowed.
    /// </summary>
    public IReadOnlyList<Ipv4Subnet>? Allowed { get; init; }

    public IReadOnlyList<NatService> Services { get; init; } = [];

    /// <summary>In the order of the numbers by which the outside names them.</summary>
    public IReadOnlyList<NatForward> Forwards { get; init; } = [];

    /// <summary>Streams at a time; more are refused.</summary>
    public int StreamLimit { get; init; } = 256;
}
