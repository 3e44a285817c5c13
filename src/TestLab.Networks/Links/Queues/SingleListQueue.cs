using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>A queue in which all frames wait in one line.</summary>
internal abstract class SingleListQueue(FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate)
    : LinkQueue(store, listener, settings, rate)
{
    private readonly FrameList _frames = new(store);

    public override void Add(VirtualTime now, ReadOnlySpan<byte> frame, int countedBytes)
    {
        if (IsFullFor(countedBytes)) DropNew(now, frame, DropCause.QueueFull);
        else AddUnjudged(Store.Add(frame, countedBytes, now));
    }

    public override int TakeUnjudged()
    {
        int frame = _frames.Take();
        (Count, CountedBytes) = (_frames.Count, _frames.CountedBytes);
        return frame;
    }

    public sealed override void AddUnjudged(int frame)
    {
        _frames.Append(frame);
        (Count, CountedBytes) = (_frames.Count, _frames.CountedBytes);
    }

    protected QueuedFrameState[] SaveFrames()
    {
        var frames = new List<QueuedFrameState>(Count);
        SaveFrames(_frames, flow: 0, frames);
        return [.. frames];
    }

    protected void RestoreFrames(QueuedFrameState[] frames)
    {
        foreach (QueuedFrameState frame in frames) AddUnjudged(AddStored(frame));
    }
}
