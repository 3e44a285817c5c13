using TestLab.Simulation;
using TestLab.Simulation.Execution;

namespace TestLab.Cluster.Cells;

/// <summary>Real time: the lab is never ahead of the wall clock, counted from its first moment.</summary>
internal sealed class WallPace : IPace
{
    private const long StepNanoseconds = 10_000_000;

    private long? _started;

    public VirtualTime Await(VirtualTime now, CancellationToken cancellation)
    {
        long started = _started ??= TimeProvider.System.GetTimestamp();
        TimeSpan lead = TimeSpan.FromMicroseconds(now.Nanoseconds / 1000) - TimeProvider.System.GetElapsedTime(started);
        if (lead > TimeSpan.Zero) cancellation.WaitHandle.WaitOne(lead);
        return now.After(StepNanoseconds);
    }
}
