using TestLab.Networks.Links.Counters;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Links;

/// <summary>One direction of a link: a part of the process that sends.</summary>
/// <remarks>
/// All that will happen to a frame is decided at the moment its first bit leaves, and then it is handed over with the
/// moment of its arrival. So what is on the wire is not touched by later changes, and the time of the smallest frame
/// and of the shortest delay are the lookahead of the port. Frames that wait are subject to every change.
/// </remarks>
public sealed class LinkDirection : ISnapshotable<LinkDirectionState>, IQueueListener, IFrameSink
{
    private readonly LogicalProcess _process;
    private readonly EventTimer _nextFrame;
    private readonly EventTimer _nextEntry;
    private readonly Serialiser _serialiser = new();
    private readonly DelayLine _delays;
    private readonly FrameFaults _faults;
    private readonly RandomStream _early;
    private readonly ulong _flowSalt;
    private readonly FrameStore _store = new();
    private readonly LinkTaps _taps = new();

    private LinkQueue _queue;
    private LinkCounters _counters;
    private LinkTimetable? _timetable;
    private VirtualTime _timetableStart;
    private long _timetableNext;
    private bool _isCut;
    private VirtualTime _earliestArrival;
    private VirtualTime _lastArrival;
    private byte[] _scratch = [];

    /// <summary>Adds an output port, timers and a part to the process; the port is still to be connected.</summary>
    /// <param name="process">Whose frames it carries.</param>
    /// <param name="link">With the direction, the key of all random streams.</param>
    /// <param name="way">Which of the link's two directions.</param>
    /// <param name="seed">Of the lab.</param>
    /// <param name="settings">In force from the start.</param>
    /// <exception cref="ArgumentException">The settings are wrong.</exception>
    public LinkDirection(LogicalProcess process, LinkPath link, LinkWay way, ulong seed, LinkSettings settings)
    {
        settings.Validate();
        string path = link.Of(way);
        _process = process;
        (Link, Way, Settings) = (link, way, settings);
        Port = process.AddOutput(path, settings.LookaheadNanoseconds);
        _nextFrame = process.Events.CreateTimer(path, SendWaiting);
        _nextEntry = process.Events.CreateTimer($"{path} timetable", ApplyEntry);
        _delays = new DelayLine(seed, path);
        _faults = new FrameFaults(seed, path);
        _early = new RandomStream(seed, path, "red");
        _flowSalt = new RandomStream(seed, path, "flow").At(0);
        _queue = CreateQueue();
        _serialiser.Change(settings.Rate);
        _delays.Change(settings.Delay);
        process.AddPart(path, this);
    }

    /// <summary>The cable has been pulled or put back; true with a carrier. For the network card of the sender.</summary>
    public event Action<bool>? CarrierChanged;

    public LinkPath Link { get; }

    public LinkWay Way { get; }

    /// <summary>Where frames leave the process; its name is "link/down" or "link/up".</summary>
    public OutputPort Port { get; }

    public LinkSettings Settings { get; private set; }

    public bool HasCarrier => !_isCut && Settings.HasCarrier;

    /// <summary>A copy that does not change.</summary>
    public LinkCounters Counters => _counters.Copy() with { QueueFrames = _queue.Count, QueueBytes = _queue.CountedBytes };

    public Utilisation Utilisation { get; } = new();

    /// <summary>From being sent to arriving.</summary>
    public DelayHistogram Delays { get; } = new();

    /// <summary>The most frame bytes that may wait, by the present settings and as the rate counts them.</summary>
    public long QueueLimitBytes => _queue.LimitBytes;

    public void Attach(ILinkTap tap) => _taps.Add(tap);

    public void Detach(ILinkTap tap) => _taps.Remove(tap);

    /// <summary>Takes a frame, from its addresses on and without checksum; keeps no reference to it.</summary>
    /// <param name="now">The process's present.</param>
    /// <param name="frame">Anything at all; what is no frame is dropped and counted.</param>
    public void Send(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        _counters.FramesSent++;
        _counters.BytesSent += (ulong)frame.Length;
        _taps.Sent(now, frame);
        if (Refusal(frame) is { } cause)
        {
            Drop(now, frame, cause);
            return;
        }

        int countedBytes = Settings.Rate.CountedBytes(frame);
        bool isIdle = _queue.Count == 0 && _serialiser.BusyUntil <= now;
        if (isIdle && _queue.MayPass(now))
        {
            Transmit(now, now, frame, countedBytes);
            return;
        }

        _queue.Add(now, frame, countedBytes);
        if (isIdle)
        {
            SendWaiting(now);
            return;
        }

        _counters.QueueFramesMost = Math.Max(_counters.QueueFramesMost, _queue.Count);
        _counters.QueueBytesMost = Math.Max(_counters.QueueBytesMost, _queue.CountedBytes);
        ArmForNextFrame();
    }

    /// <summary>Other settings from this moment on, for what waits too; what is on the wire keeps the old ones.</summary>
    /// <remarks>
    /// Where the delay becomes shorter, nothing arrives before a frame sent at this moment by the old settings could
    /// have: the neighbour may have run up to there already.
    /// </remarks>
    /// <exception cref="ArgumentException">The settings are wrong, and nothing has changed.</exception>
    public void Change(LinkSettings settings)
    {
        settings.Validate();
        bool hadCarrier = HasCarrier;
        if (settings.Loss != Settings.Loss) _faults.ResetLossState();
        Settings = settings;
        ReplaceQueue();
        _serialiser.Change(settings.Rate);
        _delays.Change(settings.Delay);
        long lookahead = settings.LookaheadNanoseconds;
        if (lookahead != Port.LookaheadNanoseconds) _earliestArrival = Port.ChangeLookahead(lookahead).After(lookahead);
        TellCarrier(hadCarrier);
    }

    /// <summary>Changes by a timetable that starts now, in place of any other; null for none.</summary>
    public void Follow(LinkTimetable? timetable)
    {
        (_timetable, _timetableStart, _timetableNext) = (timetable, _process.Now, 0);
        if (timetable?.Entries[0].Nanoseconds == 0) ApplyEntry(_process.Now);
        else ArmForNextEntry();
    }

    /// <summary>Pulls the cable. What waits is lost; what is on the wire arrives.</summary>
    public void Cut()
    {
        bool hadCarrier = HasCarrier;
        _isCut = true;
        TellCarrier(hadCarrier);
    }

    /// <summary>Puts the cable back.</summary>
    public void Heal()
    {
        bool hadCarrier = HasCarrier;
        _isCut = false;
        TellCarrier(hadCarrier);
    }

    public LinkDirectionState Save() => new()
    {
        Settings = new LinkSettingsState { Settings = Settings },
        Timetable = new LinkTimetableState { Timetable = _timetable, Start = _timetableStart, Next = _timetableNext },
        IsCut = _isCut,
        Serialiser = _serialiser.Save(),
        Queue = _queue.Save(),
        Faults = _faults.Save(),
        LastDelay = _delays.LastDraw,
        EarliestArrival = _earliestArrival,
        LastArrival = _lastArrival,
        Counters = _counters.Copy(),
        Utilisation = Utilisation.Save(),
        Delays = Delays.Save(),
    };

    public void Restore(in LinkDirectionState state)
    {
        Settings = state.Settings.Settings;
        _timetable = state.Timetable.Timetable;
        (_timetableStart, _timetableNext) = (state.Timetable.Start, state.Timetable.Next);
        _isCut = state.IsCut;
        for (int frame = _queue.TakeUnjudged(); frame != FrameStore.None; frame = _queue.TakeUnjudged())
            _store.Free(frame);
        _queue = CreateQueue();
        _queue.Restore(state.Queue);
        _serialiser.Change(Settings.Rate);
        _serialiser.Restore(state.Serialiser);
        _faults.Restore(state.Faults);
        _delays.Change(Settings.Delay);
        _delays.LastDraw = state.LastDelay;
        (_earliestArrival, _lastArrival) = (state.EarliestArrival, state.LastArrival);
        _counters = state.Counters.Copy();
        Utilisation.Restore(state.Utilisation);
        Delays.Restore(state.Delays);
        ArmForNextFrame();
        ArmForNextEntry();
    }

    void IQueueListener.Dropped(VirtualTime now, ReadOnlySpan<byte> frame, DropCause cause) => Drop(now, frame, cause);

    void IQueueListener.Marked() => _counters.FramesMarked++;

    private LinkQueue CreateQueue() =>
        LinkQueue.Create(_store, this, Settings.Queue, Settings.Rate, _early, _flowSalt);

    private void ReplaceQueue()
    {
        if (_queue.Serves(Settings.Queue))
        {
            _queue.Change(Settings.Queue, Settings.Rate);
            return;
        }

        LinkQueue replaced = _queue;
        _queue = CreateQueue();
        for (int frame = replaced.TakeUnjudged(); frame != FrameStore.None; frame = replaced.TakeUnjudged())
            _queue.AddUnjudged(frame);
    }

    private DropCause? Refusal(ReadOnlySpan<byte> frame)
    {
        if (!HasCarrier) return DropCause.Carrier;
        if (Settings.IsBlackhole) return DropCause.Blackhole;
        if (frame.Length < FrameLayout.EthernetHeaderBytes) return DropCause.Runt;
        // Tags do not count against the MTU; only a frame that is too long without them needs a look.
        if (frame.Length - FrameLayout.EthernetHeaderBytes <= Settings.MtuBytes) return null;
        return frame.Length - FrameLayout.Of(frame).NetworkOffset > Settings.MtuBytes ? DropCause.Mtu : null;
    }

    private void SendWaiting(VirtualTime now)
    {
        while (_queue.Count > 0 && _serialiser.BusyUntil <= now)
        {
            int frame = _queue.Take(now);
            if (frame == FrameStore.None) break;
            Transmit(now, _store.Arrival(frame), _store.Content(frame), _store.CountedBytes(frame));
            _store.Free(frame);
        }

        ArmForNextFrame();
    }

    private void ArmForNextFrame() => _nextFrame.Arm(_queue.Count > 0 ? _serialiser.BusyUntil : VirtualTime.Never);

    // The first bit leaves; all else is decided now.
    private void Transmit(VirtualTime now, VirtualTime sent, ReadOnlySpan<byte> frame, int countedBytes)
    {
        _counters.QueueNanosecondsMost = Math.Max(_counters.QueueNanosecondsMost, now.Since(sent));
        VirtualTime departure = _serialiser.Take(now, countedBytes);
        Utilisation.AddFrame(now, departure, frame.Length);
        FrameFate fate = _faults.Decide(Settings, departure);
        if (fate.IsLost)
        {
            if (!Settings.LossMarksCongestion || !CongestionMark.TrySet(ToScratch(frame)))
            {
                Drop(departure, frame, DropCause.Loss);
                return;
            }

            _counters.FramesMarked++;
            frame = _scratch.AsSpan(0, frame.Length);
        }

        if (fate.IsCorrupted)
        {
            _faults.Corrupt(ToScratch(frame), fate.Index);
            _counters.FramesCorrupted++;
            frame = _scratch.AsSpan(0, frame.Length);
        }

        if (fate.Overtakes) _counters.FramesReordered++;
        long travel = fate.Overtakes ? 0 : _delays.Of(departure, fate.Index);
        Deliver(now, sent, departure.After(travel), frame, fate.Overtakes);
        if (!fate.IsDuplicated) return;
        _counters.FramesDuplicated++;
        travel = fate.Overtakes ? 0 : _delays.OfDuplicate(departure, fate.Index);
        Deliver(now, sent, departure.After(travel), frame, fate.Overtakes);
    }

    private void Deliver(VirtualTime now, VirtualTime sent, VirtualTime farEnd, ReadOnlySpan<byte> frame, bool overtakes)
    {
        VirtualTime arrival = VirtualTime.Max(farEnd.After(Settings.PipelineNanoseconds), _earliestArrival);
        // A processor sees an event at the first instruction after it, so its present may be that much later.
        arrival = VirtualTime.Max(arrival, _process.Now.After(Port.LookaheadNanoseconds));
        if (Settings.Delay.Mode == JitterMode.Ordered && !overtakes)
            arrival = _lastArrival = VirtualTime.Max(arrival, _lastArrival);
        _counters.FramesDelivered++;
        _counters.BytesDelivered += (ulong)frame.Length;
        Delays.Add(arrival.Since(sent));
        _taps.Delivered(now, arrival, frame);
        Port.Send(arrival, frame);
    }

    private Span<byte> ToScratch(ReadOnlySpan<byte> frame)
    {
        if (_scratch.Length < frame.Length) _scratch = new byte[Math.Max(2_048, frame.Length)];
        frame.CopyTo(_scratch);
        return _scratch.AsSpan(0, frame.Length);
    }

    private void Drop(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause)
    {
        _counters.AddDrop(cause);
        Utilisation.AddDrop(time);
        _taps.Dropped(time, frame, cause);
    }

    private void TellCarrier(bool hadCarrier)
    {
        if (HasCarrier == hadCarrier) return;
        if (hadCarrier) DropWaiting();
        CarrierChanged?.Invoke(HasCarrier);
    }

    private void DropWaiting()
    {
        for (int frame = _queue.TakeUnjudged(); frame != FrameStore.None; frame = _queue.TakeUnjudged())
        {
            Drop(_process.Now, _store.Content(frame), DropCause.Carrier);
            _store.Free(frame);
        }

        ArmForNextFrame();
    }

    private void ApplyEntry(VirtualTime now)
    {
        if (_timetable?.EntryAt(_timetableNext) is { } entry)
        {
            _timetableNext++;
            Change(entry.Settings);
        }

        ArmForNextEntry();
    }

    private void ArmForNextEntry() => _nextEntry.Arm(
        _timetable?.EntryAt(_timetableNext) is { } entry ? _timetableStart.After(entry.Nanoseconds) : VirtualTime.Never);
}
