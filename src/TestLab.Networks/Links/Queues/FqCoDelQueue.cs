using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>A line with CoDel for each flow, served by deficit round robin, new flows first: RFC 8290.</summary>
internal sealed class FqCoDelQueue(
    FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate, ulong salt)
    : LinkQueue(store, listener, settings, rate)
{
    /// <summary>Frames dropped at once where the queue overflows, so that the search for the longest line pays.</summary>
    private const int DropBatchFrames = 64;

    private readonly FlowLine?[] _lines = new FlowLine?[settings.Flows];
    private readonly Queue<FlowLine> _new = new();
    private readonly Queue<FlowLine> _old = new();

    public override bool MayPass(VirtualTime now) => false;

    public override void Add(VirtualTime now, ReadOnlySpan<byte> frame, int countedBytes)
    {
        AddUnjudged(Store.Add(frame, countedBytes, now));
        if (Count > LimitFrames || CountedBytes > LimitBytes) DropFromLongest(now);
    }

    public override int Take(VirtualTime now)
    {
        while (true)
        {
            bool isNew = _new.Count > 0;
            Queue<FlowLine> turn = isNew ? _new : _old;
            if (!turn.TryPeek(out FlowLine? line)) return FrameStore.None;
            if (line.Deficit <= 0)
            {
                line.Deficit += Settings.QuantumBytes;
                _old.Enqueue(turn.Dequeue());
                continue;
            }

            int frame = line.Take(now);
            if (frame != FrameStore.None)
            {
                line.Deficit -= Store.CountedBytes(frame);
                return frame;
            }

            turn.Dequeue();
            // A new flow that has run dry waits for a turn of the old ones, lest it stays new by sending little.
            if (isNew && _old.Count > 0) _old.Enqueue(line);
            else line.IsActive = false;
        }
    }

    public override void AddUnjudged(int frame)
    {
        FlowLine line = LineOf((int)Math.BigMul(FlowHash.Of(Store.Content(frame), salt), (ulong)_lines.Length, out _));
        Append(line, frame);
        if (line.IsActive) return;
        line.IsActive = true;
        line.Deficit = Settings.QuantumBytes;
        _new.Enqueue(line);
    }

    public override int TakeUnjudged()
    {
        foreach (FlowLine? line in _lines)
        {
            if (line is { Frames.Count: > 0 }) return TakeFrom(line);
        }

        return FrameStore.None;
    }

    public override QueueState Save()
    {
        var frames = new List<QueuedFrameState>(Count);
        var flows = new List<FlowState>();
        int place = 0;
        foreach (FlowLine line in _new) flows.Add(line.Save(++place, isNew: true));
        foreach (FlowLine line in _old) flows.Add(line.Save(++place, isNew: false));
        foreach (FlowLine? line in _lines)
        {
            if (line is null) continue;
            SaveFrames(line.Frames, line.Number, frames);
            if (!line.IsActive && !line.IsAtRest) flows.Add(line.Save(0, isNew: false));
        }

        return new QueueState { Frames = [.. frames], Flows = [.. flows] };
    }

    public override void Restore(in QueueState state)
    {
        foreach (FlowState flow in state.Flows)
        {
            if (flow.Flow >= _lines.Length)
                throw new SnapshotException("The snapshot is damaged: a flow is not among the queue's.");
            FlowLine line = LineOf(flow.Flow);
            if (line.IsActive) throw new SnapshotException("The snapshot is damaged: a flow has two turns.");
            line.Restore(flow);
            if (line.IsActive) (flow.IsNew ? _new : _old).Enqueue(line);
        }

        foreach (QueuedFrameState frame in state.Frames)
        {
            if (frame.Flow >= _lines.Length || _lines[frame.Flow] is not { IsActive: true })
                throw new SnapshotException("The snapshot is damaged: a frame waits in a flow whose turn never comes.");
            Append(LineOf(frame.Flow), AddStored(frame));
        }
    }

    internal int TakeFrom(FlowLine line)
    {
        int frame = line.Frames.Take();
        if (frame == FrameStore.None) return frame;
        Count--;
        CountedBytes -= Store.CountedBytes(frame);
        return frame;
    }

    internal bool TryMarkFrame(int frame) => TryMark(Store.Content(frame));

    internal void DropFrame(VirtualTime now, int frame) => DropOld(now, frame, DropCause.CoDel);

    private FlowLine LineOf(int number) => _lines[number] ??= new FlowLine(this, Store, number);

    private void Append(FlowLine line, int frame)
    {
        line.Frames.Append(frame);
        Count++;
        CountedBytes += Store.CountedBytes(frame);
    }

    // Half of the longest line at most, from its head: TCP learns of it the sooner.
    private void DropFromLongest(VirtualTime now)
    {
        FlowLine longest = Longest();
        long enough = longest.Frames.CountedBytes / 2;
        long dropped = 0;
        for (int i = 0; i < DropBatchFrames && (i == 0 || dropped < enough); i++)
        {
            int frame = TakeFrom(longest);
            if (frame == FrameStore.None) return;
            dropped += Store.CountedBytes(frame);
            DropOld(now, frame, DropCause.QueueFull);
        }
    }

    private FlowLine Longest()
    {
        FlowLine? longest = null;
        foreach (FlowLine? line in _lines)
        {
            if (line is null || line.Frames.CountedBytes <= longest?.Frames.CountedBytes) continue;
            longest = line;
        }

        return longest ?? throw new System.Diagnostics.UnreachableException("A queue that overflows has a line.");
    }
}
