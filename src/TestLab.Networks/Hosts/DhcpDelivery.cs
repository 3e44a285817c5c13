using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>Where a reply goes: a client may have no address yet, and then only its card is known.</summary>
internal readonly record struct DhcpDelivery(Ipv4Address Address, HardwareAddress Hardware);
