using TestLab.Networks.Packets;
using TestLab.Networks.Transport;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Hosts;

/// <summary>What a host of the lab's own serves at its address: it gives addresses and tells names.</summary>
internal sealed class HostServices
{
    private readonly Ipv4Interface _interface;
    private readonly TcpEndpoint _tcp;
    private readonly DhcpServer? _dhcp;
    private readonly DnsServer? _dns;
    private readonly DnsRelay? _relay;
    private readonly bool _leavesForeign;
    private readonly byte[] _reply = new byte[DnsQuery.ExtendedLimitBytes];

    /// <param name="process">Whose parts they are.</param>
    /// <param name="carrier">The interface of the host.</param>
    /// <param name="leavesForeign">Questions about names that the lab does not know are left to the caller.</param>
    public HostServices(LogicalProcess process, Ipv4Interface carrier, HostOptions options, bool leavesForeign)
    {
        (_interface, _leavesForeign) = (carrier, leavesForeign);
        if (options.Dhcp is { } dhcp) _dhcp = new DhcpServer(dhcp);
        if (options.Zone is { } zone) _dns = new DnsServer(zone);
        if (options.Resolver is { } resolver) _relay = new DnsRelay(carrier, resolver);
        var streams = new DnsStreams(_dns);
        var sequences = new RandomStream(options.Seed, process.Name, "host tcp");
        _tcp = new TcpEndpoint(process.Events, "host", carrier, streams, sequences, DnsStreams.ConnectionLimit);
        process.AddPart("host tcp", _tcp);
        process.AddPart("host streams", streams);
        if (_dhcp is not null) process.AddPart("host leases", _dhcp.Leases);
        if (_relay is not null) process.AddPart("host relay", _relay);
    }

    /// <summary>Whether names are told at port 53.</summary>
    public bool TellsNames => _dns is not null;

    /// <summary>A packet of a stream to one of the host's addresses.</summary>
    public void ReceiveTcp(VirtualTime now, in Ipv4Packet packet) => _tcp.Receive(now, packet);

    /// <summary>A datagram to one of the host's addresses, or to all hosts.</summary>
    /// <returns>False where it concerns none of the services.</returns>
    public bool ReceiveUdp(VirtualTime now, in Ipv4Packet packet, in UdpPacket datagram)
    {
        if (datagram.DestinationPort == DhcpMessage.ServerPort && _dhcp is not null)
        {
            ReceiveDhcp(now, _dhcp, datagram.Payload);
            return true;
        }

        if (!_interface.IsOwn(packet.Destination)) return false;
        var source = new Ipv4Endpoint(packet.Source, datagram.SourcePort);
        if (datagram.DestinationPort == DnsRelay.DnsPort && _dns is not null)
            return ReceiveDns(now, _dns, source, packet.Destination, datagram.Payload);
        return _relay?.Answer(now, source, datagram.DestinationPort, datagram.Payload) == true;
    }

    private void ReceiveDhcp(VirtualTime now, DhcpServer dhcp, ReadOnlySpan<byte> message)
    {
        int length = dhcp.Answer(now, message, _reply, out DhcpDelivery delivery);
        if (length == 0) return;
        var server = new Ipv4Endpoint(_interface.Address, DhcpMessage.ServerPort);
        var client = new Ipv4Endpoint(delivery.Address, DhcpMessage.ClientPort);
        _interface.SendUdp(now, delivery.Hardware, server, client, _reply.AsSpan(0, length));
    }

    private bool ReceiveDns(
        VirtualTime now, DnsServer dns, Ipv4Endpoint client, Ipv4Address asked, ReadOnlySpan<byte> message)
    {
        int length = dns.Answer(message, _reply, isDatagram: true, out bool isForeign);
        if (length == 0) return true;
        if (isForeign && _leavesForeign) return false;
        if (isForeign && _relay is not null) _relay.Ask(now, client, asked, message);
        else _interface.SendUdp(now, new Ipv4Endpoint(asked, DnsRelay.DnsPort), client, _reply.AsSpan(0, length));
        return true;
    }
}
