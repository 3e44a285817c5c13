using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>What a segment's DHCP server gives away.</summary>
public sealed record DhcpOptions
{
    public required Ipv4Subnet Subnet { get; init; }

    /// <summary>The server's own address.</summary>
    public required Ipv4Address Server { get; init; }

    /// <summary>The first address for clients that have none of their own.</summary>
    public required Ipv4Address PoolStart { get; init; }

    /// <summary>The last one; a pool has at most <see cref="DhcpServer.PoolLimit"/>.</summary>
    public required Ipv4Address PoolEnd { get; init; }

    /// <summary>The way out; a segment without an outside has none.</summary>
    public Ipv4Address? Router { get; init; }

    public IReadOnlyList<Ipv4Address> NameServers { get; init; } = [];

    public string? Domain { get; init; }

    /// <summary>Told to the clients where it is not the usual one.</summary>
    public int MtuBytes { get; init; } = 1_500;

    public uint LeaseSeconds { get; init; } = 86_400;

    /// <summary>Addresses and names of known machines.</summary>
    public IReadOnlyList<DhcpReservation> Reservations { get; init; } = [];

    /// <summary>Ways to other segments.</summary>
    public IReadOnlyList<DhcpRoute> Routes { get; init; } = [];
}
