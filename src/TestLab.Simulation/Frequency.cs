namespace TestLab.Simulation;

/// <summary>The rate of a device's oscillator as an exact fraction of hertz; its ticks derive from virtual time.</summary>
public readonly record struct Frequency
{
    private readonly Ratio _ticksPerNanosecond;

    public Frequency(ulong hertz, ulong divisor = 1) =>
        _ticksPerNanosecond = new Ratio(hertz, (UInt128)divisor * VirtualTime.NanosecondsPerSecond);

    /// <summary>Whole ticks in a span of nanoseconds.</summary>
    public ulong TicksIn(long nanoseconds) => _ticksPerNanosecond.Floor((ulong)Math.Max(0, nanoseconds));

    /// <summary>The smallest span of nanoseconds that holds so many ticks, saturating.</summary>
    public long NanosecondsOf(ulong ticks) =>
        (long)Math.Min(_ticksPerNanosecond.FirstReaching(ticks), long.MaxValue);
}
