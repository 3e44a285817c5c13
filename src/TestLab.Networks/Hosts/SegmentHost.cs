using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Hosts;

/// <summary>
/// The host that every segment has: it gives addresses and tells names, and is otherwise an ordinary host.
/// </summary>
public sealed class SegmentHost : IFrameSink, IPacketHandler
{
    private readonly Ipv4Interface _interface;
    private readonly HostServices _services;

    /// <param name="process">The process of its segment.</param>
    /// <param name="output">Where its frames enter the segment.</param>
    public SegmentHost(LogicalProcess process, HostOptions options, IFrameSink output)
    {
        _interface = new Ipv4Interface(process.Events, "host", options.Interface, output, this);
        process.AddPart("host", _interface);
        _services = new HostServices(process, _interface, options, leavesForeign: false);
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
            if (!UdpPacket.TryParse(packet, out UdpPacket datagram)) return;
            if (!_services.ReceiveUdp(now, packet, datagram) && isOwn)
                _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.PortUnreachableCode, packet);
        }
        else if (packet.Protocol == IpProtocol.Tcp)
        {
            if (isOwn) _services.ReceiveTcp(now, packet);
        }
        else if (isOwn)
        {
            _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.ProtocolUnreachableCode, packet);
        }
    }
}
