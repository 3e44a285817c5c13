using System.Net;

namespace TestLab.Labs.Plans;

/// <summary>One network: a switch of its own, with what answers on it.</summary>
public sealed record NetworkPlan
{
    public required string Name { get; init; }

    public required NetworkKind Kind { get; init; }

    /// <summary>IPv4.</summary>
    public required IPNetwork Subnet { get; init; }

    /// <summary>The address of the network's own services (DHCP, DNS, the outside): the first of the subnet.</summary>
    public required IPAddress Gateway { get; init; }

    /// <summary>The largest IP packet.</summary>
    public required int MtuBytes { get; init; }

    /// <summary>Null where nobody hands out addresses; then the cards have theirs set by hand.</summary>
    public DhcpPlan? Dhcp { get; init; }

    public required DnsPlan Dns { get; init; }

    /// <summary>The TAP device of the host that joins a bridged network; null for the others.</summary>
    public string? HostInterface { get; init; }

    /// <summary>How large the record of what the outside says may become.</summary>
    public ulong RecordLimitBytes { get; init; } = DefaultRecordLimitBytes;

    public const ulong DefaultRecordLimitBytes = 1UL << 30;

    /// <summary>Ways in, in the order of the file; only a network with an outside of the host's sockets has any.</summary>
    public IReadOnlyList<ForwardPlan> Forwards { get; init; } = [];
}

/// <summary>The addresses for machines that are not in the plan; those that are get their own.</summary>
public sealed record DhcpPlan(IPAddress First, IPAddress Last, long LeaseNanoseconds);

/// <summary>What names mean on a network, beside the names of the machines on it.</summary>
public sealed record DnsPlan
{
    /// <summary>False: nothing answers at port 53.</summary>
    public required bool IsServed { get; init; }

    /// <summary>In the order of the file; <c>*.example.com</c> stands for all names below.</summary>
    public required IReadOnlyList<DnsName> Names { get; init; }
}

/// <summary>A name and the addresses it stands for.</summary>
public sealed record DnsName(string Name, IReadOnlyList<IPAddress> Addresses);
