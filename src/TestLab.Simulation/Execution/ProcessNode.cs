using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Execution;

/// <summary>A process as the schedule sees it; its fields change under the schedule's lock or by who runs it.</summary>
internal sealed class ProcessNode(LogicalProcess process)
{
    public LogicalProcess Process { get; } = process;

    public List<FrameChannel> Inputs { get; } = [];

    public List<FrameChannel> Outputs { get; } = [];

    public NodeState State { get; set; }

    /// <summary>Everything strictly before it has been done.</summary>
    public VirtualTime Position { get; set; }

    /// <summary>It may do everything strictly before it.</summary>
    public VirtualTime Grant { get; set; }

    /// <summary>What it would do next by itself, as of its last window.</summary>
    public VirtualTime NextAction { get; set; }

    /// <summary>The earliest frame that it has not looked at.</summary>
    public VirtualTime NextArrival { get; set; }

    /// <summary>It does nothing before this, whatever reaches it. Never falls within a run.</summary>
    public VirtualTime Earliest { get; set; }

    /// <summary>The same, while a reduction looks for it.</summary>
    public VirtualTime Bound { get; set; }

    /// <summary>Its epochs, if the run is recorded.</summary>
    public EpochClock? Epochs { get; set; }

    /// <summary>What it threw.</summary>
    public ProcessFailedException? Failure { get; set; }

    public VirtualTime NextTask => VirtualTime.Min(NextAction, NextArrival);

    /// <summary>The grant makes a difference.</summary>
    public bool CanRun(VirtualTime grant) => NextTask < grant || Epochs?.Due <= grant;

    public VirtualTime LowestPromise()
    {
        VirtualTime lowest = VirtualTime.Never;
        foreach (FrameChannel channel in Inputs) lowest = VirtualTime.Min(lowest, channel.Promise);
        return lowest;
    }

    /// <summary>It does nothing before the time, so nothing it sends arrives before that plus the lookahead.</summary>
    /// <returns>How many promises that raises.</returns>
    public int Publish(VirtualTime earliest)
    {
        Earliest = VirtualTime.Max(Earliest, earliest);
        int raised = 0;
        foreach (FrameChannel channel in Outputs)
        {
            VirtualTime promise = Earliest.After(channel.LookaheadNanoseconds);
            if (promise <= channel.Promise) continue;
            channel.Promise = promise;
            raised++;
        }

        return raised;
    }

    /// <summary>Stands at a cut, and knows nothing of before.</summary>
    public void StandAt(VirtualTime cut)
    {
        Position = Earliest = cut;
        NextAction = Process.NextAction;
        NextArrival = VirtualTime.Never;
        State = NodeState.Blocked;
        foreach (FrameChannel channel in Outputs)
        {
            channel.Settle();
            channel.Promise = cut.After(channel.LookaheadNanoseconds);
        }
    }

    /// <summary>Everything before the grant, or as much as one window may hold.</summary>
    public void RunWindow(long windowNanoseconds)
    {
        foreach (FrameChannel channel in Inputs) channel.Drain();
        VirtualTime next = Process.NextAction;
        VirtualTime end = VirtualTime.Min(Grant, VirtualTime.Max(Position, next).After(windowNanoseconds));
        while (next < end)
        {
            Epochs?.Act(VirtualTime.Max(Position, next));
            VirtualTime until = VirtualTime.Min(end, Epochs?.Due ?? VirtualTime.Never);
            AdvanceTo(until);
            next = Process.NextAction;
            if (next >= until) continue;
            throw new InvalidOperationException($"It was to do everything before {until}, and still has to act at {next}.");
        }

        if (Epochs?.Due <= Grant) AdvanceTo(Epochs.Due);
        NextAction = next;
    }

    public void AdvanceTo(VirtualTime until)
    {
        if (until <= Position) return;
        Process.Advance(until);
        Position = until;
        if (Epochs is { } epochs && epochs.Due <= until) epochs.Record(Process);
    }
}
