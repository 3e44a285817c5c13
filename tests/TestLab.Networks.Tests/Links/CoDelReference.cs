namespace TestLab.Networks.Tests.Links;

/// <summary>RFC 8289's pseudocode over a list of arrivals, in floating point, with a server of its own.</summary>
internal sealed class CoDelReference(long serviceNanoseconds, int frameBytes)
{
    private const double Target = 5e6;
    private const double Interval = 100e6;

    private readonly List<(long Time, ulong Number)> _coming = [];
    private readonly Queue<(long Time, ulong Number)> _queue = new();
    private double _firstAbove;
    private double _dropNext;
    private long _count;
    private long _lastCount;
    private bool _isDropping;

    public List<(long Time, ulong Number)> Drops { get; } = [];

    public void Add(long time, ulong number) => _coming.Add((time, number));

    public void Run()
    {
        long free = 0;
        int next = 0;
        while (next < _coming.Count || _queue.Count > 0)
        {
            // The server turns to the queue when it is free; with an empty queue, when somebody comes.
            long now = _queue.Count == 0 ? Math.Max(free, _coming[next].Time) : free;
            while (next < _coming.Count && IsThereBefore(_coming[next].Time, now)) _queue.Enqueue(_coming[next++]);
            if (Dequeue(now)) free = now + serviceNanoseconds;
        }
    }

    private bool IsThereBefore(long time, long now) => time < now || (time == now && _queue.Count == 0);

    private bool Dequeue(long now)
    {
        ((long Time, ulong Number)? frame, bool mayDrop) = DoDequeue(now);
        if (frame is null)
        {
            _isDropping = false;
        }
        else if (_isDropping)
        {
            if (!mayDrop) _isDropping = false;
            while (now >= _dropNext && _isDropping && frame is { } doomed)
            {
                Drops.Add((now, doomed.Number));
                _count++;
                (frame, mayDrop) = DoDequeue(now);
                if (!mayDrop) _isDropping = false;
                else _dropNext += Interval / Math.Sqrt(_count);
            }
        }
        else if (mayDrop)
        {
            Drops.Add((now, frame.Value.Number));
            (frame, _) = DoDequeue(now);
            _isDropping = true;
            long delta = _count - _lastCount;
            _count = delta > 1 && now - _dropNext < 16 * Interval ? delta : 1;
            _dropNext = now + Interval / Math.Sqrt(_count);
            _lastCount = _count;
        }

        return frame is not null;
    }

    private ((long Time, ulong Number)? Frame, bool MayDrop) DoDequeue(long now)
    {
        if (!_queue.TryDequeue(out (long Time, ulong Number) frame))
        {
            _firstAbove = 0;
            return (null, false);
        }

        if (now - frame.Time < Target || _queue.Count * frameBytes <= 1_514)
        {
            _firstAbove = 0;
            return (frame, false);
        }

        if (_firstAbove == 0)
        {
            _firstAbove = now + Interval;
            return (frame, false);
        }

        return (frame, now >= _firstAbove);
    }
}
