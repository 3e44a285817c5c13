using System.Net;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A network as the lab file has it.</summary>
internal sealed record NetworkSyntax
{
    public required Mark Mark { get; init; }

    public required NetworkKind Kind { get; init; }

    public Mark KindMark { get; init; }

    public IPNetwork? Subnet { get; init; }

    public bool HasSubnet { get; init; }

    public Mark SubnetMark { get; init; }

    public required DhcpSyntax Dhcp { get; init; }

    public required DnsPlan Dns { get; init; }

    public required int MtuBytes { get; init; }

    public required LinkSettings Link { get; init; }

    public string? HostInterface { get; init; }

    public required IReadOnlyList<ForwardSyntax> Forwards { get; init; }

    public required ulong RecordLimitBytes { get; init; }
}

/// <summary>Who hands out addresses.</summary>
internal sealed record DhcpSyntax
{
    public const long DefaultLeaseNanoseconds = 3_600_000_000_000;

    public bool IsServed { get; init; } = true;

    public IPAddress? First { get; init; }

    public Mark FirstMark { get; init; }

    public IPAddress? Last { get; init; }

    public Mark LastMark { get; init; }

    public long LeaseNanoseconds { get; init; } = DefaultLeaseNanoseconds;
}
