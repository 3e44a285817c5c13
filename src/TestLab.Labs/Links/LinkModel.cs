namespace TestLab.Labs.Links;

/// <summary>All figures of one direction of a link; what is null or zero does not happen.</summary>
public sealed record LinkModel
{
    /// <summary>A link that only has the floor of every network card's pipeline.</summary>
    public static LinkModel Plain { get; } = new();

    /// <summary>0: not limited.</summary>
    public ulong RateBitsPerSecond { get; init; }

    /// <summary>Which bytes the rate counts.</summary>
    public RateLayer RateLayer { get; init; } = RateLayer.Wire;

    /// <summary>Beside what <see cref="RateLayer"/> counts: headers of a tunnel, cells.</summary>
    public int OverheadBytes { get; init; }

    /// <summary>One way; on top of the pipeline's floor.</summary>
    public long DelayNanoseconds { get; init; }

    public JitterModel? Jitter { get; init; }

    public LossModel? Loss { get; init; }

    public Probability Duplicate { get; init; }

    /// <summary>One bit of the frame is turned.</summary>
    public Probability Corrupt { get; init; }

    public ReorderModel? Reorder { get; init; }

    /// <summary>Null: the larger of 64 KiB and 100 ms at the rate, drop-tail.</summary>
    public QueueModel? Queue { get; init; }

    /// <summary>Larger IP packets are dropped; 0: the network's.</summary>
    public int MtuBytes { get; init; }

    /// <summary>What changes by the clock, in order of time.</summary>
    public IReadOnlyList<LinkChange> Schedule { get; init; } = [];

    /// <summary>After this time the schedule starts over; 0: never.</summary>
    public long SchedulePeriodNanoseconds { get; init; }

    /// <summary>A file of delivery times (one number of milliseconds a line) in place of the rate; relative to the lab's folder.</summary>
    public string? Trace { get; init; }
}

/// <summary>New figures from a moment on; null leaves the figure as it was.</summary>
public sealed record LinkChange
{
    /// <summary>From the start of the lab, or of the schedule's period.</summary>
    public required long AtNanoseconds { get; init; }

    public ulong? RateBitsPerSecond { get; init; }

    public long? DelayNanoseconds { get; init; }

    /// <summary>With 0 ns it ends.</summary>
    public JitterModel? Jitter { get; init; }

    public LossModel? Loss { get; init; }

    /// <summary>True: nothing passes from now on; false: it does again.</summary>
    public bool? IsDown { get; init; }
}

/// <summary>How the delay varies around its figure.</summary>
public sealed record JitterModel
{
    /// <summary>The half width of the distribution (uniform) or its standard deviation (the others).</summary>
    public required long Nanoseconds { get; init; }

    public JitterMode Mode { get; init; }

    public JitterDistribution Distribution { get; init; }

    /// <summary>How much a value is like the one before.</summary>
    public Probability Correlation { get; init; }
}

/// <summary>Which frames take the short way, past those that are delayed.</summary>
public sealed record ReorderModel
{
    public required Probability Chance { get; init; }

    /// <summary>Only every so many frames may be reordered; 0: any.</summary>
    public int Gap { get; init; }

    public Probability Correlation { get; init; }
}
