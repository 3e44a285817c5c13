using System.Net;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A way in as the lab file has it: its beginning at the host, its end in a machine.</summary>
internal sealed record ForwardSyntax
{
    public required HostPort Host { get; init; }

    public Mark HostMark { get; init; }

    public required MachinePort To { get; init; }

    public Mark ToMark { get; init; }
}

/// <summary>Where the host listens.</summary>
internal sealed record HostPort(IPAddress Address, int Port, bool IsUdp)
{
    /// <summary>Whether the host cannot listen at both: 0.0.0.0 is all of its addresses.</summary>
    public bool Overlaps(HostPort other) => (Port, IsUdp) == (other.Port, other.IsUdp)
        && (Address.Equals(other.Address) || Address.Equals(IPAddress.Any) || other.Address.Equals(IPAddress.Any));
}

/// <summary>A port of a machine by its name.</summary>
internal sealed record MachinePort(string Machine, int Port);
