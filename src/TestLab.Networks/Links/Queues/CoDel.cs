using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>Controlled delay: the rule of RFC 8289, section 5, with its names.</summary>
/// <remarks>
/// A line whose frames have waited longer than the target for a whole interval drops one, and then more, at moments
/// that come closer with the root of their number, until a frame has waited less.
/// </remarks>
internal sealed class CoDel
{
    /// <summary>The largest frame of an Ethernet: a line that holds no more is never too long.</summary>
    private const int LargestFrameBytes = 1_514;

    private VirtualTime _firstAboveTime;
    private VirtualTime _dropNext;
    private uint _count;
    private uint _lastCount;
    private bool _isDropping;

    /// <summary>Whether nothing has happened that it would remember.</summary>
    public bool IsFresh => this is { _count: 0, _isDropping: false } && _firstAboveTime == VirtualTime.Zero;

    /// <summary>The line is empty.</summary>
    public void Relax()
    {
        _firstAboveTime = VirtualTime.Zero;
        _isDropping = false;
    }

    /// <summary>The next frame to be sent, after what has to be dropped; or <see cref="FrameStore.None"/>.</summary>
    public int Take(ICoDelLine line, FrameStore store, VirtualTime now)
    {
        (int frame, bool mayDrop) = Judge(line, store, now);
        if (frame == FrameStore.None)
        {
            _isDropping = false;
            return frame;
        }

        if (_isDropping)
        {
            if (!mayDrop) _isDropping = false;
            while (_isDropping && now >= _dropNext)
            {
                _count++;
                if (line.TryMark(frame))
                {
                    _dropNext = ControlLaw(_dropNext, line.Settings.IntervalNanoseconds);
                    return frame;
                }

                line.Drop(now, frame);
                (frame, mayDrop) = Judge(line, store, now);
                if (mayDrop) _dropNext = ControlLaw(_dropNext, line.Settings.IntervalNanoseconds);
                else _isDropping = false;
            }
        }
        else if (mayDrop)
        {
            if (!line.TryMark(frame))
            {
                line.Drop(now, frame);
                (frame, _) = Judge(line, store, now);
            }

            EnterDropping(now, line.Settings.IntervalNanoseconds);
        }

        return frame;
    }

    public FlowState Save() => new()
    {
        FirstAboveTime = _firstAboveTime,
        DropNext = _dropNext,
        Count = _count,
        LastCount = _lastCount,
        IsDropping = _isDropping,
    };

    public void Restore(in FlowState state) => (_firstAboveTime, _dropNext, _count, _lastCount, _isDropping) =
        (state.FirstAboveTime, state.DropNext, state.Count, state.LastCount, state.IsDropping);

    /// <summary>floor(2^32 * root(value)), digit by digit.</summary>
    private static ulong RootTimes2To32(uint value)
    {
        UInt128 rest = (UInt128)value << 64;
        UInt128 root = 0;
        for (UInt128 bit = (UInt128)1 << 94; bit != 0; bit >>= 2)
        {
            bool fits = rest >= root + bit;
            if (fits) rest -= root + bit;
            root = (root >> 1) + (fits ? bit : 0);
        }

        return (ulong)root;
    }

    private (int Frame, bool MayDrop) Judge(ICoDelLine line, FrameStore store, VirtualTime now)
    {
        int frame = line.TakeOldest();
        if (frame == FrameStore.None || now.Since(store.Arrival(frame)) < line.Settings.TargetNanoseconds
            || line.CountedBytes <= LargestFrameBytes)
        {
            _firstAboveTime = VirtualTime.Zero;
            return (frame, false);
        }

        if (_firstAboveTime == VirtualTime.Zero)
        {
            _firstAboveTime = now.After(line.Settings.IntervalNanoseconds);
            return (frame, false);
        }

        return (frame, now >= _firstAboveTime);
    }

    // A line that was under control a moment ago starts with the rate of drops that controlled it.
    private void EnterDropping(VirtualTime now, long interval)
    {
        _isDropping = true;
        uint delta = _count - _lastCount;
        bool isRecent = now.Since(_dropNext) < 16 * interval;
        _count = delta > 1 && isRecent ? delta : 1;
        _dropNext = ControlLaw(now, interval);
        _lastCount = _count;
    }

    private VirtualTime ControlLaw(VirtualTime time, long interval) =>
        time.After((long)(((UInt128)(ulong)interval << 32) / RootTimes2To32(_count)));
}
