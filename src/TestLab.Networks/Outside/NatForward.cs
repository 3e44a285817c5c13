using TestLab.Networks.Packets;

namespace TestLab.Networks.Outside;

/// <summary>A way in: who comes to the host's endpoint gets to the guest's.</summary>
/// <param name="Host">Where the host listens; an address of the loopback keeps others out.</param>
public sealed record NatForward(NatProtocol Protocol, Ipv4Endpoint Host, Ipv4Endpoint Guest);
