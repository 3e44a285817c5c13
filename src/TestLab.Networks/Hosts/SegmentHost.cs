using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Networks.Transport;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Hosts;

/// <summary>
/// The host that every segment has: it gives addresses and tells names, and is otherwise an ordinary host.
/// </summary>
public sealed class SegmentHost : IFrameSink, IPacketHandler
{
    private readonly Ipv4Interface _interface;
    private readonly TcpEndpoint _tcp;
    private readonly DhcpServer? _dhcp;
    private readonly DnsServer? _dns;
    private readonly DnsRelay? _relay;
    private readonly byte[] _reply = new byte[DnsQuery.ExtendedLimitBytes];

    /// <param name="process">The process of its segment.</param>
    /// <param name="output">Where its frames enter the segment.</param>
    public SegmentHost(LogicalProcess process, HostOptions options, IFrameSink output)
    {
        _interface = new Ipv4Interface(process.Events, "host", options.Interface, output, this);
        if (options.Dhcp is { } dhcp) _dhcp = new DhcpServer(dhcp);
        if (options.Zone is { } zone) _dns = new DnsServer(zone);
        if (options.Resolver is { } resolver) _relay = new DnsRelay(_interface, resolver);
        var streams = new DnsStreams(_dns);
        var sequences = new RandomStream(options.Seed, process.Name, "host tcp");
        _tcp = new TcpEndpoint(process.Events, "host", _interface, streams, sequences, DnsStreams.ConnectionLimit);
        process.AddPart("host", _interface);
        process.AddPart("host tcp", _tcp);
        process.AddPart("host streams", streams);
        if (_dhcp is not null) process.AddPart("host leases", _dhcp.Leases);
        if (_relay is not null) process.AddPart("host relay", _relay);
    }

    public Ipv4Address Address => _interface.Address;

    /// <summary>A frame of the segment reaches it.</summary>
    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => _interface.Send(now, frame);

    void IPacketHandler.InTransit(VirtualTime now, in Ipv4Packet packet)
    {
        // It is no router.
    }

    void IPacketHandler.Received(VirtualTime now, in Ipv4Packet packet)
    {
        bool isOwn = _interface.IsOwn(packet.Destination);
        if (packet.Protocol == IpProtocol.Udp)
        {
            if (UdpPacket.TryParse(packet, out UdpPacket datagram)) ReceiveUdp(now, packet, datagram, isOwn);
        }
        else if (packet.Protocol == IpProtocol.Tcp)
        {
            if (isOwn) _tcp.Receive(now, packet);
        }
        else if (isOwn)
        {
            _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.ProtocolUnreachableCode, packet);
        }
    }

    private void ReceiveUdp(VirtualTime now, in Ipv4Packet packet, in UdpPacket datagram, bool isOwn)
    {
        var source = new Ipv4Endpoint(packet.Source, datagram.SourcePort);
        if (datagram.DestinationPort == DhcpMessage.ServerPort && _dhcp is not null)
        {
            ReceiveDhcp(now, _dhcp, datagram.Payload);
            return;
        }

        if (!isOwn) return;
        if (datagram.DestinationPort == DnsRelay.DnsPort && _dns is not null)
            ReceiveDns(now, _dns, source, packet.Destination, datagram.Payload);
        else if (_relay?.Answer(now, source, datagram.DestinationPort, datagram.Payload) != true)
            _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.PortUnreachableCode, packet);
    }

    private void ReceiveDhcp(VirtualTime now, DhcpServer dhcp, ReadOnlySpan<byte> message)
    {
        int length = dhcp.Answer(now, message, _reply, out DhcpDelivery delivery);
        if (length == 0) return;
        var server = new Ipv4Endpoint(Address, DhcpMessage.ServerPort);
        var client = new Ipv4Endpoint(delivery.Address, DhcpMessage.ClientPort);
        _interface.SendUdp(now, delivery.Hardware, server, client, _reply.AsSpan(0, length));
    }

    private void ReceiveDns(
        VirtualTime now, DnsServer dns, Ipv4Endpoint client, Ipv4Address asked, ReadOnlySpan<byte> message)
    {
        int length = dns.Answer(message, _reply, isDatagram: true, out bool isForeign);
        if (length == 0) return;
        if (isForeign && _relay is not null) _relay.Ask(now, client, asked, message);
        else _interface.SendUdp(now, new Ipv4Endpoint(asked, DnsRelay.DnsPort), client, _reply.AsSpan(0, length));
    }
}
