using TestLab.Simulation.Processes;

namespace TestLab.Machines.Devices.Network;

/// <summary>A network card and where its cable leads.</summary>
public sealed record NetworkCard(MacAddress Address, IFrameSink Cable);
