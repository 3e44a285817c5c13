using System.Collections.Concurrent;
using System.Diagnostics;
using TestLab.Networks.Outside;
using TestLab.Simulation;

namespace TestLab.Networks.Host;

/// <summary>What has come from outside and was not received yet; and the lab's wait for it.</summary>
/// <remarks>While the lab waits for the outside, its time passes no faster than the host's.</remarks>
internal sealed class OutsideInbox : IDisposable
{
    /// <summary>Datagrams and frames that wait, at most; more are lost, as they may be.</summary>
    private const int LossyLimit = 4_096;

    /// <summary>Moments further apart than this are no passing of time that somebody waited through.</summary>
    private const long LongestStepNanoseconds = 10_000_000;

    private readonly ConcurrentQueue<OutsideMessage> _messages = [];
    private readonly AutoResetEvent _arrival = new(false);
    private VirtualTime _lastNow;
    private long _lastTimestamp = Stopwatch.GetTimestamp();

    public void Post(OutsideMessage message)
    {
        _messages.Enqueue(message);
        _arrival.Set();
    }

    public void PostLossy(OutsideMessage message)
    {
        if (_messages.Count < LossyLimit) Post(message);
    }

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited)
    {
        if (_messages.TryDequeue(out OutsideMessage? message)) return message;
        if (!isAwaited || now == _lastNow) return null;
        long step = now.Since(_lastNow);
        TimeSpan rest = TimeSpan.FromTicks(step / 100) - Stopwatch.GetElapsedTime(_lastTimestamp);
        bool hasArrived = step <= LongestStepNanoseconds && rest > TimeSpan.Zero && WaitFor(rest);
        if (!hasArrived) (_lastNow, _lastTimestamp) = (now, Stopwatch.GetTimestamp());
        return _messages.TryDequeue(out message) ? message : null;
    }

    public void Dispose() => _arrival.Dispose();

    /// <returns>Whether something came before the time was over.</returns>
    private bool WaitFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (_messages.IsEmpty)
        {
            TimeSpan rest = time - Stopwatch.GetElapsedTime(start);
            // Whole milliseconds: a wait that rounds down to nothing would spin.
            if (rest <= TimeSpan.Zero) return false;
            _arrival.WaitOne(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)));
        }

        return true;
    }
}
