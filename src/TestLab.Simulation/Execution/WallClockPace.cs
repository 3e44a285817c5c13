namespace TestLab.Simulation.Execution;

/// <summary>Lets virtual time pass no faster than the clock of the host.</summary>
/// <remarks>
/// A run that is ahead sleeps. One that falls behind is not hurried: the lag is reported and then forgiven, so that a
/// pause of the host is not followed by a rush.
/// </remarks>
/// <param name="clock">The host's, or a test's.</param>
/// <param name="sliceNanoseconds">How far the run goes at a time, and how far it is ahead at most.</param>
public sealed class WallClockPace(
    TimeProvider clock, long sliceNanoseconds = WallClockPace.DefaultSliceNanoseconds) : IPace
{
    public const long DefaultSliceNanoseconds = 5_000_000;

    /// <summary>A lag of less is made up for.</summary>
    private static readonly TimeSpan ForgivenLag = TimeSpan.FromMilliseconds(100);

    private long _start;
    private VirtualTime _startTime;
    private bool _hasStarted;

    /// <summary>How far the run has fallen behind altogether.</summary>
    public TimeSpan Lag { get; private set; }

    public VirtualTime Await(VirtualTime now, CancellationToken cancellation)
    {
        if (!_hasStarted || now < _startTime) Begin(now);
        TimeSpan ahead = TimeSpan.FromMicroseconds(now.Since(_startTime) / 1_000) - clock.GetElapsedTime(_start);
        if (ahead > TimeSpan.Zero)
        {
            double milliseconds = Math.Min(Math.Ceiling(ahead.TotalMilliseconds), int.MaxValue);
            cancellation.WaitHandle.WaitOne((int)milliseconds);
        }

        if (ahead < -ForgivenLag)
        {
            Lag -= ahead;
            Begin(now);
        }

        return now.After(sliceNanoseconds);
    }

    private void Begin(VirtualTime now) => (_hasStarted, _start, _startTime) = (true, clock.GetTimestamp(), now);
}
