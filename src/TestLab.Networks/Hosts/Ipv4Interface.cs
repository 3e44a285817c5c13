using System.Diagnostics;
using TestLab.Networks.Collections;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Hosts;

/// <summary>
/// The network stack of a host of the lab's own, up to IPv4: ARP, echo, fragments, who its neighbours are.
/// </summary>
/// <remarks>Frames come in as to a sink. What is not sound is dropped and counted, as an ordinary host does.</remarks>
internal sealed class Ipv4Interface : IFrameSink, ISnapshotable<InterfaceState>
{
    /// <summary>Neighbours it remembers; the one heard longest ago goes first.</summary>
    public const int NeighbourLimit = 1_024;

    private const int HeadersBytes = EthernetPacket.HeaderBytes + Ipv4Packet.HeaderBytes;

    private readonly InterfaceOptions _options;
    private readonly IFrameSink _output;
    private readonly IPacketHandler _handler;
    private readonly RecencyMap<uint, HardwareAddress> _neighbours = new(NeighbourLimit);
    private readonly NeighbourSearch _search;
    private readonly Reassembly _reassembly = new();
    private readonly byte[] _frame;
    private readonly byte[] _packet = new byte[Ipv4Packet.LimitBytes];
    private readonly byte[] _message = new byte[Ipv4Packet.LimitBytes];
    private ushort _identification;

    public Ipv4Interface(
        EventQueue events, string name, InterfaceOptions options, IFrameSink output, IPacketHandler handler)
    {
        if (options.Addresses.Count == 0) throw new ArgumentException("A host has an address.", nameof(options));
        (_options, _output, _handler) = (options, output, handler);
        _search = new NeighbourSearch(events, name, Ask);
        _frame = new byte[EthernetPacket.HeaderBytes + options.MtuBytes];
    }

    public Ipv4Address Address => _options.Addresses[0];

    public Ipv4Subnet Subnet => _options.Subnet;

    /// <summary>The largest payload of an IPv4 packet that goes out in one piece.</summary>
    public int PayloadBytes => _options.MtuBytes - Ipv4Packet.HeaderBytes;

    /// <summary>Packets that were dropped since they made no sense.</summary>
    public ulong Malformed { get; private set; }

    public bool IsOwn(Ipv4Address address)
    {
        foreach (Ipv4Address own in _options.Addresses)
        {
            if (own == address) return true;
        }

        return false;
    }

    public void Send(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        if (!EthernetPacket.TryParse(frame, out EthernetPacket packet) || packet.VlanId != 0) return;
        if (packet.Destination != _options.HardwareAddress && packet.Destination != HardwareAddress.Broadcast) return;
        if (packet.Source == _options.HardwareAddress || packet.Source.IsGroup) return;
        if (packet.Type == EtherType.Arp) ReceiveArp(now, packet);
        else if (packet.Type == EtherType.Ipv4) ReceiveIpv4(now, packet);
    }

    /// <summary>
    /// Sends a packet, in pieces where it is too large; it waits where the receiver is still unknown.
    /// </summary>
    /// <param name="payload">At most <see cref="Ipv4Packet.LimitBytes"/> less a header.</param>
    public void Send(
        VirtualTime now, byte protocol, Ipv4Address source, Ipv4Address destination, ReadOnlySpan<byte> payload)
    {
        if (NextHop(destination) is not { } hop) return;
        ushort identification = _identification++;
        int limit = PayloadBytes & ~7;
        for (int offset = 0; offset == 0 || offset < payload.Length; offset += limit)
        {
            bool isLast = payload.Length - offset <= (offset == 0 ? PayloadBytes : limit);
            ReadOnlySpan<byte> part = payload.Slice(offset, isLast ? payload.Length - offset : limit);
            ushort fragmentation = (ushort)(offset / 8 | (isLast ? 0 : Ipv4Packet.MoreFragments));
            Span<byte> packet = _packet.AsSpan(0, Ipv4Packet.HeaderBytes + part.Length);
            Ipv4Packet.WriteHeader(
                packet, part.Length, identification, fragmentation, Ipv4Packet.DefaultTimeToLive, protocol, source, destination);
            part.CopyTo(packet[Ipv4Packet.HeaderBytes..]);
            if (_neighbours.TryGet(hop.Value, out HardwareAddress hardware)) SendPacket(now, hardware, packet);
            else _search.Wait(now, hop, packet);
            if (isLast) break;
        }
    }

    public void SendUdp(VirtualTime now, Ipv4Endpoint source, Ipv4Endpoint destination, ReadOnlySpan<byte> payload)
    {
        Span<byte> datagram = UdpFor(source, destination, payload);
        Send(now, IpProtocol.Udp, source.Address, destination.Address, datagram);
    }

    /// <summary>Sends to an Ethernet address, since the receiver may have no other yet (DHCP).</summary>
    public void SendUdp(
        VirtualTime now, HardwareAddress hardware, Ipv4Endpoint source, Ipv4Endpoint destination, ReadOnlySpan<byte> payload)
    {
        Span<byte> datagram = UdpFor(source, destination, payload);
        Debug.Assert(datagram.Length <= PayloadBytes, "Messages of this kind are small.");
        Span<byte> packet = _packet.AsSpan(0, Ipv4Packet.HeaderBytes + datagram.Length);
        Ipv4Packet.WriteHeader(
            packet, datagram.Length, _identification++, 0, Ipv4Packet.DefaultTimeToLive, IpProtocol.Udp, source.Address,
            destination.Address);
        datagram.CopyTo(packet[Ipv4Packet.HeaderBytes..]);
        SendPacket(now, hardware, packet);
    }

    /// <summary>
    /// Tells the sender of a packet what became of it (RFC 1122, 3.2.2); groups and errors get no answer.
    /// </summary>
    public void SendError(VirtualTime now, byte type, byte code, in Ipv4Packet packet)
    {
        if (!IsAnswerable(packet)) return;
        Ipv4Address source = IsOwn(packet.Destination) ? packet.Destination : Address;
        int quoted = Math.Min(packet.Payload.Length, 8);
        ReadOnlySpan<byte> header = packet.Header;
        Span<byte> message = _message.AsSpan(0, IcmpPacket.HeaderBytes + header.Length + quoted);
        header.CopyTo(message[IcmpPacket.HeaderBytes..]);
        packet.Payload[..quoted].CopyTo(message[(IcmpPacket.HeaderBytes + header.Length)..]);
        IcmpPacket.WriteHeader(message, type, code, 0);
        Send(now, IpProtocol.Icmp, source, packet.Source, message);
    }

    /// <summary>Answers an echo request with its own content.</summary>
    public void SendEchoReply(
        VirtualTime now, Ipv4Address source, Ipv4Address destination, uint rest, ReadOnlySpan<byte> payload)
    {
        Span<byte> message = _message.AsSpan(0, IcmpPacket.HeaderBytes + payload.Length);
        payload.CopyTo(message[IcmpPacket.HeaderBytes..]);
        IcmpPacket.WriteHeader(message, IcmpPacket.EchoReply, 0, rest);
        Send(now, IpProtocol.Icmp, source, destination, message);
    }

    public InterfaceState Save() => new()
    {
        Identification = _identification,
        Neighbours = [.. _neighbours.OldestFirst().Select(
            entry => new InterfaceState.Neighbour { Address = entry.Key, Hardware = entry.Value.Value })],
        Searches = _search.Save(),
        Incomplete = _reassembly.Save(),
    };

    public void Restore(in InterfaceState state)
    {
        _identification = state.Identification;
        _neighbours.Clear();
        foreach (InterfaceState.Neighbour neighbour in state.Neighbours)
            _neighbours.TrySet(neighbour.Address, new HardwareAddress(neighbour.Hardware));
        _search.Restore(state.Searches);
        _reassembly.Restore(state.Incomplete);
    }

    private static bool IsAnswerable(in Ipv4Packet packet)
    {
        if (packet.OffsetBytes != 0 || packet.Source == Ipv4Address.Any || packet.Source.IsMulticast
            || packet.Source == Ipv4Address.Broadcast || packet.Destination == Ipv4Address.Broadcast) return false;
        return packet.Protocol != IpProtocol.Icmp
            || packet.Payload.Length > 0 && packet.Payload[0] == IcmpPacket.EchoRequest;
    }

    private Span<byte> UdpFor(Ipv4Endpoint source, Ipv4Endpoint destination, ReadOnlySpan<byte> payload)
    {
        Span<byte> datagram = _message.AsSpan(0, UdpPacket.HeaderBytes + payload.Length);
        payload.CopyTo(datagram[UdpPacket.HeaderBytes..]);
        UdpPacket.WriteHeader(datagram, source, destination);
        return datagram;
    }

    /// <summary>Who takes a packet for the address; nobody does, if it is elsewhere and no router is known.</summary>
    private Ipv4Address? NextHop(Ipv4Address destination)
    {
        if (_options.Subnet.Contains(destination)) return destination;
        // Whoever brought a packet from a distant host takes the answer back.
        return _neighbours.TryGet(destination.Value, out _) ? destination : _options.Router;
    }

    private void SendPacket(VirtualTime now, HardwareAddress hardware, ReadOnlySpan<byte> packet)
    {
        Span<byte> frame = _frame.AsSpan(0, EthernetPacket.HeaderBytes + packet.Length);
        EthernetPacket.WriteHeader(frame, hardware, _options.HardwareAddress, EtherType.Ipv4);
        packet.CopyTo(frame[EthernetPacket.HeaderBytes..]);
        _output.Send(now, frame);
    }

    private void Ask(VirtualTime now, Ipv4Address address) => SendArp(
        now, HardwareAddress.Broadcast, new ArpPacket(ArpPacket.Request, _options.HardwareAddress, Address, default, address));

    private void SendArp(VirtualTime now, HardwareAddress destination, in ArpPacket packet)
    {
        Span<byte> frame = stackalloc byte[EthernetPacket.HeaderBytes + ArpPacket.LengthBytes];
        EthernetPacket.WriteHeader(frame, destination, _options.HardwareAddress, EtherType.Arp);
        packet.WriteTo(frame[EthernetPacket.HeaderBytes..]);
        _output.Send(now, frame);
    }

    private void ReceiveArp(VirtualTime now, in EthernetPacket frame)
    {
        if (!ArpPacket.TryParse(frame.Payload, out ArpPacket packet) || packet.SenderHardware.IsGroup)
        {
            Malformed++;
            return;
        }

        if (IsOwn(packet.Sender)) return;
        if (_options.Subnet.IsHost(packet.Sender)) Learn(now, packet.Sender, packet.SenderHardware);
        if (packet.Operation != ArpPacket.Request || !IsOwn(packet.Target)) return;
        SendArp(now, packet.SenderHardware, new ArpPacket(
            ArpPacket.Reply, _options.HardwareAddress, packet.Target, packet.SenderHardware, packet.Sender));
    }

    private void ReceiveIpv4(VirtualTime now, in EthernetPacket frame)
    {
        if (!Ipv4Packet.TryParse(frame.Payload, out Ipv4Packet packet))
        {
            Malformed++;
            return;
        }

        Ipv4Address source = packet.Source;
        if (source.IsMulticast || source.IsLoopback || source == Ipv4Address.Broadcast || IsOwn(source)) return;
        if (source != Ipv4Address.Any) Learn(now, source, frame.Source);
        if (packet.IsFragment)
        {
            if (_reassembly.Add(now, packet, out Ipv4Packet whole)) Receive(now, whole);
            return;
        }

        Receive(now, packet);
    }

    private void Receive(VirtualTime now, in Ipv4Packet packet)
    {
        Ipv4Address destination = packet.Destination;
        bool isForAll = destination == Ipv4Address.Broadcast || destination == _options.Subnet.Broadcast;
        if (!isForAll && !IsOwn(destination))
        {
            _handler.InTransit(now, packet);
            return;
        }

        if (packet.Protocol == IpProtocol.Icmp && !isForAll)
        {
            if (!IcmpPacket.TryParse(packet.Payload, out IcmpPacket icmp)) Malformed++;
            else if (icmp.Type == IcmpPacket.EchoRequest && IsAnswerable(packet))
                SendEchoReply(now, destination, packet.Source, icmp.Rest, icmp.Payload);
            return;
        }

        _handler.Received(now, packet);
    }

    private void Learn(VirtualTime now, Ipv4Address address, HardwareAddress hardware)
    {
        if (!_neighbours.TrySet(address.Value, hardware))
        {
            if (_neighbours.TryGetOldest(out uint oldest, out _)) _neighbours.Remove(oldest);
            _neighbours.TrySet(address.Value, hardware);
        }

        foreach (byte[] packet in _search.Found(address)) SendPacket(now, hardware, packet);
    }
}
