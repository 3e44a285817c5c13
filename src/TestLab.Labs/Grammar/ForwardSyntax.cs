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
internal sealed record HostPort(IPAddress Address, int Port, bool IsUdp);

/// <summary>A port of a machine by its name.</summary>
internal sealed record MachinePort(string Machine, int Port);
