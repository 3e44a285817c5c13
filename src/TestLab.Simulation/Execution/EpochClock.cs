using TestLab.Simulation.Processes;
using TestLab.Simulation.Records;

namespace TestLab.Simulation.Execution;

/// <summary>Tells when a process is to be hashed: at the end of each epoch in which it did anything.</summary>
/// <remarks>So an idle process costs nothing; whether it was idle does not depend on how far it was run at a time.</remarks>
internal sealed class EpochClock(long epochNanoseconds, ProcessRecord record)
{
    /// <summary>The end of the epoch of its last action; never, once that is recorded.</summary>
    public VirtualTime Due { get; set; } = VirtualTime.Never;

    /// <summary>It is about to do something.</summary>
    public void Act(VirtualTime time)
    {
        if (Due == VirtualTime.Never) Due = EndOfEpoch(time);
    }

    public VirtualTime EndOfEpoch(VirtualTime time) =>
        new VirtualTime(time.Nanoseconds - time.Nanoseconds % epochNanoseconds).After(epochNanoseconds);

    /// <summary>The process stands at the end of the epoch.</summary>
    public void Record(LogicalProcess process)
    {
        record.Add(Due.Nanoseconds / epochNanoseconds - 1, process.HashParts());
        Due = VirtualTime.Never;
    }
}
