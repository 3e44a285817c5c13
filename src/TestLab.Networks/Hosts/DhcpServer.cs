using System.Text;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>The DHCP server of a segment (RFC 2131), the only one there and so the authority.</summary>
/// <remarks>
/// A client is its Ethernet address: a copied machine tells the identifier of its original. What a client told as
/// identifier is sent back to it (RFC 6842).
/// </remarks>
internal sealed class DhcpServer
{
    /// <summary>Addresses in a pool, at most.</summary>
    public const int PoolLimit = 4_096;

    public const int ReservationLimit = 4_096;

    private const int HostNameLimitBytes = 63;

    /// <summary>Message type, server identifier and the end.</summary>
    private const int FixedOptionsBytes = 10;

    private const int UsualMtuBytes = 1_500;

    private readonly DhcpOptions _options;

    /// <exception cref="ArgumentException">The pool is not within the subnet, or too large.</exception>
    public DhcpServer(DhcpOptions options)
    {
        if (!options.Subnet.IsHost(options.PoolStart) || !options.Subnet.IsHost(options.PoolEnd))
            throw new ArgumentException("The pool is outside of its subnet.", nameof(options));
        if (options.PoolEnd.Value - (long)options.PoolStart.Value is < 0 or >= PoolLimit)
            throw new ArgumentException($"A pool has 1 to {PoolLimit} addresses.", nameof(options));
        if (options.Reservations.Count > ReservationLimit)
            throw new ArgumentException($"A segment knows at most {ReservationLimit} machines.", nameof(options));
        if (options.Reservations.Any(reservation => reservation.HostName is { Length: > HostNameLimitBytes }))
            throw new ArgumentException($"The name of a host has at most {HostNameLimitBytes} letters.", nameof(options));
        _options = options;
        Leases = new DhcpLeases(options);
        var writer = new SpanWriter(stackalloc byte[DhcpMessage.LimitBytes]);
        writer.PadTo(DhcpMessage.OptionsOffset + FixedOptionsBytes + 2 + HostNameLimitBytes);
        WriteConfiguration(ref writer, default, hasLease: true);
        if (writer.IsFull) throw new ArgumentException("The options do not fit in a message.", nameof(options));
    }

    public DhcpLeases Leases { get; }

    /// <summary>Answers a message.</summary>
    /// <param name="reply">Has room for <see cref="DhcpMessage.LimitBytes"/>.</param>
    /// <returns>The bytes of the reply; zero where there is none.</returns>
    public int Answer(VirtualTime now, ReadOnlySpan<byte> message, Span<byte> reply, out DhcpDelivery delivery)
    {
        delivery = default;
        if (!DhcpMessage.TryParse(message, out DhcpMessage request)) return 0;
        // Relays serve other segments, which have servers of their own.
        if (request.Operation != DhcpMessage.BootRequest || request.RelayAddress != Ipv4Address.Any) return 0;
        HardwareAddress client = request.ClientHardware;
        if (client.IsGroup || client.Value == 0) return 0;
        switch (request.Type)
        {
            case DhcpMessageType.Discover:
                if (Leases.Offer(now, client, request.RequestedAddress) is not { } offer) return 0;
                return Reply(request, DhcpMessageType.Offer, offer, reply, out delivery);
            case DhcpMessageType.Request:
                return Decide(now, request, reply, out delivery);
            case DhcpMessageType.Decline:
                if (request.RequestedAddress is { } taken && IsForMe(request)) Leases.Decline(now, client, taken);
                return 0;
            case DhcpMessageType.Release:
                if (IsForMe(request)) Leases.Release(client);
                return 0;
            case DhcpMessageType.Inform:
                if (!_options.Subnet.IsHost(request.ClientAddress)) return 0;
                return Reply(request, DhcpMessageType.Acknowledge, Ipv4Address.Any, reply, out delivery);
            default:
                return 0;
        }
    }

    private bool IsForMe(in DhcpMessage request) =>
        request.ServerIdentifier is not { } server || server == _options.Server;

    private int Decide(VirtualTime now, in DhcpMessage request, Span<byte> reply, out DhcpDelivery delivery)
    {
        delivery = default;
        HardwareAddress client = request.ClientHardware;
        if (!IsForMe(request))
        {
            Leases.Release(client);
            return 0;
        }

        // A client that chooses or reboots asks for an address; one that renews has it.
        Ipv4Address? wish = request.ClientAddress == Ipv4Address.Any ? request.RequestedAddress : request.ClientAddress;
        if (wish is not { } address) return 0;
        return Leases.Bind(now, client, address)
            ? Reply(request, DhcpMessageType.Acknowledge, address, reply, out delivery)
            : Reply(request, DhcpMessageType.Refuse, Ipv4Address.Any, reply, out delivery);
    }

    private int Reply(
        in DhcpMessage request, DhcpMessageType type, Ipv4Address address, Span<byte> reply, out DhcpDelivery delivery)
    {
        var writer = new SpanWriter(reply);
        bool isRefusal = type == DhcpMessageType.Refuse;
        WriteHeader(ref writer, request, isRefusal, address);
        Write(ref writer, DhcpOption.MessageType, [(byte)type]);
        Write(ref writer, DhcpOption.ServerIdentifier, _options.Server);
        if (isRefusal) Write(ref writer, DhcpOption.Message, "the address is not yours"u8);
        else WriteConfiguration(ref writer, request.ClientHardware, hasLease: address != Ipv4Address.Any);
        WriteIdentifier(ref writer, request.Option(DhcpOption.ClientIdentifier));
        writer.Byte(DhcpOption.End);
        writer.PadTo(DhcpMessage.SmallestBytes);
        delivery = DeliveryOf(request, isRefusal, address);
        return writer.Length;
    }

    private static DhcpDelivery DeliveryOf(in DhcpMessage request, bool isRefusal, Ipv4Address address)
    {
        // RFC 2131, 4.1: to where the client is reached already, else to its card alone.
        if (isRefusal) return new DhcpDelivery(Ipv4Address.Broadcast, HardwareAddress.Broadcast);
        if (request.ClientAddress != Ipv4Address.Any) return new DhcpDelivery(request.ClientAddress, request.ClientHardware);
        return request.WantsBroadcast
            ? new DhcpDelivery(Ipv4Address.Broadcast, HardwareAddress.Broadcast)
            : new DhcpDelivery(address, request.ClientHardware);
    }

    private void WriteHeader(ref SpanWriter writer, in DhcpMessage request, bool isRefusal, Ipv4Address address)
    {
        writer.UInt32(DhcpMessage.BootReply << 24 | 1 << 16 | HardwareAddress.LengthBytes << 8);
        writer.UInt32(request.Transaction);
        writer.UInt16(0);
        writer.UInt16(request.Flags);
        writer.UInt32(isRefusal ? 0 : request.ClientAddress.Value);
        writer.UInt32(address.Value);
        writer.UInt32(isRefusal ? 0 : _options.Server.Value);
        writer.UInt32(0);
        Span<byte> hardware = stackalloc byte[HardwareAddress.LengthBytes];
        request.ClientHardware.CopyTo(hardware);
        writer.Bytes(hardware);
        writer.PadTo(DhcpMessage.OptionsOffset - 4);
        writer.UInt32(DhcpMessage.MagicCookie);
    }

    private static void WriteIdentifier(ref SpanWriter writer, scoped ReadOnlySpan<byte> identifier)
    {
        int before = writer.Length;
        if (identifier.IsEmpty) return;
        Write(ref writer, DhcpOption.ClientIdentifier, identifier);
        // An identifier can be so long that nothing else fits; the client is known by its card anyway.
        if (writer.IsFull || writer.Length == DhcpMessage.LimitBytes) writer.Rewind(before);
    }

    private void WriteConfiguration(ref SpanWriter writer, HardwareAddress client, bool hasLease)
    {
        if (hasLease)
        {
            // A lease without end has no time of renewal.
            uint seconds = _options.LeaseSeconds;
            WriteTime(ref writer, DhcpOption.LeaseTime, seconds);
            WriteTime(ref writer, DhcpOption.RenewalTime, seconds / 2);
            WriteTime(ref writer, DhcpOption.RebindingTime, (uint)(seconds * 7UL / 8));
        }

        Write(ref writer, DhcpOption.SubnetMask, _options.Subnet.Mask);
        Write(ref writer, DhcpOption.BroadcastAddress, _options.Subnet.Broadcast);
        if (_options.Router is { } router) Write(ref writer, DhcpOption.Router, router);
        if (_options.NameServers.Count > 0)
        {
            writer.Byte(DhcpOption.DomainNameServer);
            writer.Byte((byte)(_options.NameServers.Count * Ipv4Address.LengthBytes));
            foreach (Ipv4Address server in _options.NameServers) writer.UInt32(server.Value);
        }

        if (_options.Domain is { } domain) Write(ref writer, DhcpOption.DomainName, Encoding.ASCII.GetBytes(domain));
        if (Leases.ReservationOf(client)?.HostName is { } name)
            Write(ref writer, DhcpOption.HostName, Encoding.ASCII.GetBytes(name));
        if (_options.MtuBytes != UsualMtuBytes)
            Write(ref writer, DhcpOption.InterfaceMtu, [(byte)(_options.MtuBytes >> 8), (byte)_options.MtuBytes]);
        if (_options.Routes.Count > 0) WriteRoutes(ref writer);
    }

    private void WriteRoutes(ref SpanWriter writer)
    {
        var routes = new SpanWriter(stackalloc byte[byte.MaxValue]);
        foreach (DhcpRoute route in _options.Routes)
            WriteRoute(ref routes, route.Subnet.Network, route.Subnet.PrefixLength, route.Router);
        // A client that reads this option does not read the router's (RFC 3442).
        if (_options.Router is { } router) WriteRoute(ref routes, Ipv4Address.Any, 0, router);
        if (routes.IsFull) throw new ArgumentException("The routes do not fit in an option.");
        Write(ref writer, DhcpOption.ClasslessRoutes, routes.Written);
    }

    private static void WriteRoute(ref SpanWriter routes, Ipv4Address network, int prefixLength, Ipv4Address router)
    {
        Span<byte> bytes = stackalloc byte[Ipv4Address.LengthBytes];
        network.CopyTo(bytes);
        routes.Byte((byte)prefixLength);
        routes.Bytes(bytes[..((prefixLength + 7) / 8)]);
        routes.UInt32(router.Value);
    }

    private static void WriteTime(ref SpanWriter writer, byte option, uint seconds) =>
        Write(ref writer, option, new Ipv4Address(seconds));

    private static void Write(ref SpanWriter writer, byte option, Ipv4Address value)
    {
        writer.Byte(option);
        writer.Byte(Ipv4Address.LengthBytes);
        writer.UInt32(value.Value);
    }

    private static void Write(ref SpanWriter writer, byte option, scoped ReadOnlySpan<byte> content)
    {
        writer.Byte(option);
        writer.Byte((byte)content.Length);
        writer.Bytes(content);
    }
}
