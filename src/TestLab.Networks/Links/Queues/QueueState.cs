using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>What waits, in order within each flow, and what the rule remembers.</summary>
internal record struct QueueState : IState
{
    private QueuedFrameState[]? _frames;
    private FlowState[]? _flows;

    /// <summary>RED: the average, in bytes of 2^-32.</summary>
    public ulong RedAverage;

    /// <summary>RED: frames since the last drop.</summary>
    public uint RedCount;

    /// <summary>RED: since when nothing waits; never while something does.</summary>
    public VirtualTime RedIdleSince;

    /// <summary>RED: how many decisions have been drawn.</summary>
    public ulong RedDraws;

    public QueuedFrameState[] Frames
    {
        readonly get => _frames ?? [];
        set => _frames = value;
    }

    public FlowState[] Flows
    {
        readonly get => _flows ?? [];
        set => _flows = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        QueuedFrameState[] frames = Frames;
        FlowState[] flows = Flows;
        transfer.List(ref frames, QueueSettings.HardLimitFrames);
        transfer.List(ref flows, FlowState.FlowLimit);
        (Frames, Flows) = (frames, flows);
        transfer.UInt64(ref RedAverage);
        transfer.UInt32(ref RedCount);
        transfer.Time(ref RedIdleSince);
        transfer.UInt64(ref RedDraws);
    }
}
