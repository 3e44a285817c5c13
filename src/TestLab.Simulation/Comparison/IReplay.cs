using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Comparison;

/// <summary>A run that can be run again: from its start, or from a time at which it was saved.</summary>
public interface IReplay
{
    /// <summary>A simulation of its own that stands at the time or earlier; the caller disposes of it.</summary>
    /// <remarks>Without a pace. Each call gives the same simulation.</remarks>
    Executor Start(VirtualTime latest);
}
