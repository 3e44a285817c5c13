using TestLab.Labs.Plans;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;

namespace TestLab.Labs.Running;

/// <summary>The ways into a network, as both its gateway and the host have to have them: in the order of the file.</summary>
public static class WaysIn
{
    public static IReadOnlyList<NatForward> Of(NetworkPlan network) => [.. network.Forwards.Select(forward => new NatForward(
        forward.IsUdp ? NatProtocol.Udp : NatProtocol.Tcp,
        new Ipv4Endpoint(Addresses.Of(forward.HostAddress), (ushort)forward.HostPort),
        new Ipv4Endpoint(Addresses.Of(forward.GuestAddress), (ushort)forward.GuestPort)))];
}
