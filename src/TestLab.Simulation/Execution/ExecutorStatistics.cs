namespace TestLab.Simulation.Execution;

/// <summary>What a simulation has cost on this host; it differs from run to run, and is no part of any state.</summary>
public sealed class ExecutorStatistics
{
    /// <summary>Times a process was given a thread.</summary>
    public long WindowCount { get; internal set; }

    /// <summary>Promises raised at the end of windows.</summary>
    public long PromiseCount { get; internal set; }

    /// <summary>Reductions over all processes: each finds promises for those that nobody woke.</summary>
    public long ReductionCount { get; internal set; }

    /// <summary>Reductions made when every process was blocked: virtual time jumps to the next event of all.</summary>
    public long IdleJumpCount { get; internal set; }

    /// <summary>Times a thread found nothing to do and was parked.</summary>
    public long ParkCount { get; internal set; }

    /// <summary>What threads have spent parked, summed.</summary>
    public TimeSpan ParkedTime { get; internal set; }
}
