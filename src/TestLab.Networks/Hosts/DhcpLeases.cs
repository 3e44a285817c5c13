using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>Which addresses are whose: reserved, of the pool, until when.</summary>
/// <remarks>A choice depends on the messages before it only, and is always the lowest address that will do.</remarks>
internal sealed class DhcpLeases : ISnapshotable<DhcpState>
{
    /// <summary>How long an offer stands.</summary>
    private const long OfferNanoseconds = 60 * VirtualTime.NanosecondsPerSecond;

    /// <summary>How long an address is left alone at which a client found somebody else.</summary>
    private const long DeclineNanoseconds = 600 * VirtualTime.NanosecondsPerSecond;

    private readonly DhcpOptions _options;
    private readonly Dictionary<HardwareAddress, DhcpReservation> _reservations;
    private readonly HashSet<Ipv4Address> _kept;
    private readonly SortedDictionary<Ipv4Address, Lease> _leases = [];
    private readonly Dictionary<HardwareAddress, Ipv4Address> _clients = [];

    public DhcpLeases(DhcpOptions options)
    {
        _options = options;
        _reservations = options.Reservations.ToDictionary(reservation => reservation.Hardware);
        _kept = [.. options.Reservations.Select(reservation => reservation.Address).OfType<Ipv4Address>(), options.Server];
        if (options.Router is { } router) _kept.Add(router);
    }

    public int Count => _leases.Count;

    public DhcpReservation? ReservationOf(HardwareAddress client) => _reservations.GetValueOrDefault(client);

    /// <summary>Chooses an address for a client that has none, and keeps it for a while.</summary>
    /// <returns>Null where all are taken.</returns>
    public Ipv4Address? Offer(VirtualTime now, HardwareAddress client, Ipv4Address? wish)
    {
        if (Choose(now, client, wish) is not { } address) return null;
        bool isBound = _leases.TryGetValue(address, out Lease known) && known.Client == client
            && known.Kind == DhcpLeaseKind.Bound && known.Expires > now;
        if (!isBound) Set(address, client, DhcpLeaseKind.Offered, now.After(OfferNanoseconds));
        return address;
    }

    /// <summary>Gives the client the address it asks for, if it may have it.</summary>
    public bool Bind(VirtualTime now, HardwareAddress client, Ipv4Address address)
    {
        if (!MayHave(now, client, address)) return false;
        long leaseNanoseconds = _options.LeaseSeconds * VirtualTime.NanosecondsPerSecond;
        Set(address, client, DhcpLeaseKind.Bound, now.After(leaseNanoseconds));
        return true;
    }

    /// <summary>The client wants neither the offer nor the lease it has.</summary>
    public void Release(HardwareAddress client)
    {
        if (!_clients.Remove(client, out Ipv4Address address)) return;
        if (_leases[address].Kind != DhcpLeaseKind.Declined) _leases.Remove(address);
    }

    /// <summary>The client found somebody else at the address.</summary>
    public void Decline(VirtualTime now, HardwareAddress client, Ipv4Address address)
    {
        if (!_clients.TryGetValue(client, out Ipv4Address own) || own != address) return;
        _clients.Remove(client);
        _leases[address] = new Lease(client, DhcpLeaseKind.Declined, now.After(DeclineNanoseconds));
    }

    public DhcpState Save() => new()
    {
        Leases = [.. _leases.Select(lease => new DhcpState.Lease
        {
            Address = lease.Key.Value,
            Client = lease.Value.Client.Value,
            Kind = (byte)lease.Value.Kind,
            Expires = lease.Value.Expires,
        })],
    };

    public void Restore(in DhcpState state)
    {
        _leases.Clear();
        _clients.Clear();
        foreach (DhcpState.Lease stored in state.Leases)
        {
            (var address, var client) = (new Ipv4Address(stored.Address), new HardwareAddress(stored.Client));
            _leases[address] = new Lease(client, (DhcpLeaseKind)stored.Kind, stored.Expires);
            if (stored.Kind != (byte)DhcpLeaseKind.Declined) _clients[client] = address;
        }
    }

    private Ipv4Address? Choose(VirtualTime now, HardwareAddress client, Ipv4Address? wish)
    {
        if (ReservationOf(client)?.Address is { } reserved) return reserved;
        if (_clients.TryGetValue(client, out Ipv4Address own) && MayHave(now, client, own)) return own;
        if (wish is { } wished && MayHave(now, client, wished)) return wished;
        Ipv4Address? aged = null;
        for (Ipv4Address address = _options.PoolStart; address <= _options.PoolEnd; address = address.Plus(1))
        {
            if (!MayHave(now, client, address)) continue;
            // An address whose last owner is gone is taken when no fresh one is left: the owner may come back.
            if (!_leases.ContainsKey(address)) return address;
            aged ??= address;
        }

        return aged;
    }

    private bool MayHave(VirtualTime now, HardwareAddress client, Ipv4Address address)
    {
        if (ReservationOf(client)?.Address is { } reserved) return address == reserved;
        bool isInPool = address >= _options.PoolStart && address <= _options.PoolEnd;
        if (!isInPool || !_options.Subnet.IsHost(address) || _kept.Contains(address)) return false;
        if (!_leases.TryGetValue(address, out Lease lease) || lease.Expires <= now) return true;
        return lease.Client == client && lease.Kind != DhcpLeaseKind.Declined;
    }

    private void Set(Ipv4Address address, HardwareAddress client, DhcpLeaseKind kind, VirtualTime expires)
    {
        // A client has one address, and an address one client.
        if (_clients.TryGetValue(client, out Ipv4Address old) && old != address) _leases.Remove(old);
        if (_leases.TryGetValue(address, out Lease last) && last.Client != client) _clients.Remove(last.Client);
        _clients[client] = address;
        _leases[address] = new Lease(client, kind, expires);
    }

    private readonly record struct Lease(HardwareAddress Client, DhcpLeaseKind Kind, VirtualTime Expires);
}
