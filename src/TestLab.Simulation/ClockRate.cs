namespace TestLab.Simulation;

/// <summary>The speed of a processor: which virtual time an instruction count stands for, exactly.</summary>
/// <remarks>
/// <c>time = floor(count * nanoseconds / instructions)</c>; <see cref="CountAt"/> is its exact inverse: an event at
/// time t is seen at the first count whose time is not before t.
/// </remarks>
public readonly record struct ClockRate
{
    private readonly Ratio _nanosecondsPerInstruction;

    /// <summary>A rate of so many instructions in so many nanoseconds.</summary>
    public ClockRate(ulong instructions, ulong nanoseconds)
    {
        _nanosecondsPerInstruction = new Ratio(nanoseconds, instructions);
        InstructionsPerSecond = (ulong)((UInt128)instructions * VirtualTime.NanosecondsPerSecond / nanoseconds);
    }

    /// <summary>One instruction a nanosecond: 1000 MIPS, the default speed.</summary>
    public static ClockRate Default { get; } = new(1, 1);

    /// <summary>Rounded down, for people.</summary>
    public ulong InstructionsPerSecond { get; }

    public static ClockRate FromMips(ulong millionsPerSecond) => new(millionsPerSecond, 1_000);

    /// <summary>The time at which so many instructions have retired, saturating at <see cref="VirtualTime.Never"/>.</summary>
    public VirtualTime TimeAt(ulong count)
    {
        ulong nanoseconds = _nanosecondsPerInstruction.Floor(count);
        return nanoseconds > long.MaxValue ? VirtualTime.Never : new VirtualTime((long)nanoseconds);
    }

    /// <summary>The first count whose time is not before the given time.</summary>
    public ulong CountAt(VirtualTime time) => time == VirtualTime.Never
        ? ulong.MaxValue
        : _nanosecondsPerInstruction.FirstReaching((ulong)Math.Max(0, time.Nanoseconds));
}
