using System.Diagnostics;

namespace TestLab.Cli.Hosting;

/// <summary>The watcher's clock, beside which a guest must not run ahead.</summary>
internal sealed class WallClock
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _lostNanoseconds;

    /// <summary>How far a guest is ahead after so much of its own time; what it lost once, it need not make up for.</summary>
    public TimeSpan Lead(long guestNanoseconds)
    {
        long ahead = guestNanoseconds + _lostNanoseconds - (long)_watch.Elapsed.TotalNanoseconds;
        if (ahead < 0) _lostNanoseconds -= ahead;
        return TimeSpan.FromMicroseconds(Math.Max(0, ahead) / 1000);
    }
}
