using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>The frames of one flow (or of several that share its place), their turn and their CoDel.</summary>
internal sealed class FlowLine(FqCoDelQueue queue, FrameStore store, int number) : ICoDelLine
{
    private readonly CoDel _rule = new();

    public int Number => number;

    public FrameList Frames { get; } = new(store);

    /// <summary>Bytes it may still send in its turn.</summary>
    public long Deficit { get; set; }

    /// <summary>Whether it stands in a list of those whose turn comes.</summary>
    public bool IsActive { get; set; }

    public bool IsAtRest => !IsActive && _rule.IsFresh;

    QueueSettings ICoDelLine.Settings => queue.Settings;

    long ICoDelLine.CountedBytes => queue.CountedBytes;

    public int Take(VirtualTime now) => _rule.Take(this, store, now);

    public FlowState Save(int place, bool isNew) =>
        _rule.Save() with { Place = place, IsNew = isNew, Flow = number, Deficit = Deficit };

    public void Restore(in FlowState state)
    {
        Deficit = state.Deficit;
        IsActive = state.Place > 0;
        _rule.Restore(state);
    }

    int ICoDelLine.TakeOldest() => queue.TakeFrom(this);

    bool ICoDelLine.TryMark(int frame) => queue.TryMarkFrame(frame);

    void ICoDelLine.Drop(VirtualTime now, int frame) => queue.DropFrame(now, frame);
}
