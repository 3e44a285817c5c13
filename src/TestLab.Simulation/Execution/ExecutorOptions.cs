using TestLab.Simulation.Records;

namespace TestLab.Simulation.Execution;

/// <summary>How a simulation is run; none of it changes the result.</summary>
public sealed record ExecutorOptions
{
    public const int ThreadLimit = 256;

    /// <summary>Threads that run processes, the caller's among them.</summary>
    public int ThreadCount { get; init; } = 1;

    /// <summary>
    /// What a process does in one go at most, in virtual time: a cancelled run ends within it. A process that has nothing
    /// to do is not called at all.
    /// </summary>
    public long WindowNanoseconds { get; init; } = 5_000_000;

    /// <summary>Holds the run back; without one, it runs as fast as it can.</summary>
    public IPace? Pace { get; init; }

    /// <summary>Keeps the hashes of all epochs; without one, nothing is hashed on the way.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>Tests only.</summary>
    public IInterference? Interference { get; init; }

    /// <summary>For statistics.</summary>
    public TimeProvider HostClock { get; init; } = TimeProvider.System;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ThreadCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ThreadCount, ThreadLimit);
        ArgumentOutOfRangeException.ThrowIfLessThan(WindowNanoseconds, 1);
    }
}
