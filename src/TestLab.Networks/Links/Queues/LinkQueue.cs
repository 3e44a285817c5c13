using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>The frames that wait for the serialiser, and the rule by which some of them are dropped.</summary>
internal abstract class LinkQueue(FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate)
{
    /// <summary>What may wait, in bytes that the rate counts.</summary>
    public long LimitBytes { get; private set; } = settings.EffectiveBytes(rate);

    public int LimitFrames { get; private set; } = settings.EffectiveFrames;

    public int Count { get; protected set; }

    public long CountedBytes { get; protected set; }

    public QueueSettings Settings { get; private set; } = settings;

    protected RateSettings Rate { get; private set; } = rate;

    protected FrameStore Store => store;

    public static LinkQueue Create(
        FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate, RandomStream early, ulong flowSalt) =>
        settings.Kind switch
        {
            QueueKind.CoDel => new CoDelQueue(store, listener, settings, rate),
            QueueKind.FqCoDel => new FqCoDelQueue(store, listener, settings, rate, flowSalt),
            QueueKind.Red => new RedQueue(store, listener, settings, rate, early),
            _ => new DropTailQueue(store, listener, settings, rate),
        };

    /// <summary>Whether a change to these settings leaves the queue what it is; otherwise another takes its place.</summary>
    public bool Serves(QueueSettings settings) => settings.Kind == Settings.Kind && settings.Flows == Settings.Flows;

    /// <summary>What waits stays; where the new limit is smaller, the queue takes no more until it has drained.</summary>
    public void Change(QueueSettings settings, RateSettings rate)
    {
        (Settings, Rate) = (settings, rate);
        (LimitBytes, LimitFrames) = (settings.EffectiveBytes(rate), settings.EffectiveFrames);
    }

    /// <summary>A frame finds the link idle and nobody waiting.</summary>
    /// <returns>Whether it may go at once; else it queues, to be taken at the same moment.</returns>
    public abstract bool MayPass(VirtualTime now);

    /// <summary>Takes a frame in, or drops it or others.</summary>
    public abstract void Add(VirtualTime now, ReadOnlySpan<byte> frame, int countedBytes);

    /// <summary>The next frame to be sent, which the caller frees; <see cref="FrameStore.None"/> if none is left.</summary>
    public abstract int Take(VirtualTime now);

    /// <summary>Takes the frames one by one without any rule, as when the queue is replaced; or <see cref="FrameStore.None"/>.</summary>
    public abstract int TakeUnjudged();

    /// <summary>Takes over a frame of the queue that this one replaces.</summary>
    public abstract void AddUnjudged(int frame);

    public abstract QueueState Save();

    /// <summary>The queue is new; its settings are those of the state.</summary>
    public abstract void Restore(in QueueState state);

    protected bool IsFullFor(int countedBytes) => Count >= LimitFrames || CountedBytes + countedBytes > LimitBytes;

    protected void DropNew(VirtualTime now, ReadOnlySpan<byte> frame, DropCause cause) =>
        listener.Dropped(now, frame, cause);

    protected void DropOld(VirtualTime now, int frame, DropCause cause)
    {
        listener.Dropped(now, store.Content(frame), cause);
        store.Free(frame);
    }

    /// <summary>Marks the frame if the queue marks and the frame's flow understands it.</summary>
    protected bool TryMark(Span<byte> frame)
    {
        if (!Settings.MarksCongestion || !CongestionMark.TrySet(frame)) return false;
        listener.Marked();
        return true;
    }

    protected int AddStored(in QueuedFrameState frame) =>
        store.Add(frame.Content, Rate.CountedBytes(frame.Content), frame.Arrival);

    protected void SaveFrames(FrameList list, int flow, List<QueuedFrameState> into)
    {
        for (int frame = list.First; frame != FrameStore.None; frame = store.Next(frame))
        {
            byte[] content = store.Content(frame).ToArray();
            into.Add(new QueuedFrameState { Arrival = store.Arrival(frame), Flow = flow, Content = content });
        }
    }
}
