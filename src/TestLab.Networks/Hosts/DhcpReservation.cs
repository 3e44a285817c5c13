using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>A known machine: its address is always the same; without one, only its name is known.</summary>
public sealed record DhcpReservation(HardwareAddress Hardware, Ipv4Address? Address, string? HostName);
