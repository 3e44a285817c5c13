using TestLab.Networks.Packets;

namespace TestLab.Networks.Outside;

/// <summary>
/// A way out to the host itself or its neighbours: what guests find at one endpoint is at another in truth.
/// </summary>
/// <param name="Guest">As guests see it; an address of the gateway or of the outside.</param>
public sealed record NatService(NatProtocol Protocol, Ipv4Endpoint Guest, Ipv4Endpoint Host);
