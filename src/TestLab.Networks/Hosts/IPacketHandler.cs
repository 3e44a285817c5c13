using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>What stands above an <see cref="Ipv4Interface"/>.</summary>
internal interface IPacketHandler
{
    /// <summary>
    /// A whole packet for one of the interface's addresses or for all hosts; echo requests are answered already.
    /// </summary>
    void Received(VirtualTime now, in Ipv4Packet packet);

    /// <summary>A whole packet that a neighbour handed over for somebody else.</summary>
    void InTransit(VirtualTime now, in Ipv4Packet packet);
}
