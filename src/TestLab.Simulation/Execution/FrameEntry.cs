using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Execution;

/// <summary>A frame on its way from one process to another.</summary>
internal readonly record struct FrameEntry(VirtualTime Arrival, ulong Sequence, Frame Frame);
