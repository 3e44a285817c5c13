using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Execution;

/// <summary>Where a run stands, with every process exactly there, and why.</summary>
/// <param name="Stop">The switch that ended it, if one did; of several, that of the first process.</param>
public readonly record struct RunOutcome(RunEnd End, VirtualTime Time, StopSwitch? Stop);
