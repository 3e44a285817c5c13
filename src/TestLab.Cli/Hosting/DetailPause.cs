namespace TestLab.Cli.Hosting;

/// <summary>
/// Where lines stay, what changes by the second is said now and then: enough to see that something goes on, and where.
/// </summary>
/// <param name="time">The watcher's clock; null: the host's.</param>
internal sealed class DetailPause(TimeProvider? time = null)
{
    /// <summary>The least time between two such lines.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private long? _last;

    /// <summary>Whether it is time for another one; if so, the next pause begins.</summary>
    public bool IsOver()
    {
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            if (_last is { } last && _time.GetElapsedTime(last, now) < Length) return false;
            _last = now;
            return true;
        }
    }
}
