namespace TestLab.Machines.Devices.Network;

/// <summary>A network card and the cable in it.</summary>
public sealed record NetworkCard(MacAddress Address, INetworkBackend Backend);
