using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>Where frames wait while the link sends others, and who is dropped.</summary>
/// <remarks>
/// Limits are on what waits, without the frame that is being sent. Bytes are those the rate counts, so a full queue
/// takes exactly limit*8/rate to send. Every limit that is set applies.
/// </remarks>
public sealed record QueueSettings
{
    /// <summary>Frames waiting in one direction, whatever the settings say.</summary>
    public const int HardLimitFrames = 1 << 18;

    /// <summary>Bytes waiting in one direction, whatever the settings say: 100 ms at 10 Gbit/s.</summary>
    public const long HardLimitBytes = 1 << 27;

    private const long DefaultLimitBytes = 65_536;
    private const long DefaultLimitNanoseconds = 100_000_000;

    public static readonly QueueSettings Default = new();

    public QueueKind Kind { get; init; }

    /// <summary>None of the three limits: the larger of 64 KiB and 100 ms at the rate.</summary>
    public long? LimitBytes { get; init; }

    public int? LimitFrames { get; init; }

    /// <summary>As many bytes as the rate sends in this time.</summary>
    public long? LimitNanoseconds { get; init; }

    /// <summary>Marks frames of flows that understand it instead of dropping them early.</summary>
    public bool MarksCongestion { get; init; }

    /// <summary>CoDel: the wait that is no matter.</summary>
    public long TargetNanoseconds { get; init; } = 5_000_000;

    /// <summary>CoDel: for how long a wait is borne; a usual round trip.</summary>
    public long IntervalNanoseconds { get; init; } = 100_000_000;

    /// <summary>FQ-CoDel: queues that flows are spread over.</summary>
    public int Flows { get; init; } = 1_024;

    /// <summary>FQ-CoDel: what a flow may send in its turn.</summary>
    public int QuantumBytes { get; init; } = 1_514;

    /// <summary>RED: bytes on average below which nothing is dropped.</summary>
    public long RedLeastBytes { get; init; } = 30_000;

    /// <summary>RED: bytes on average above which everything is dropped.</summary>
    public long RedMostBytes { get; init; } = 90_000;

    /// <summary>RED: the probability as the average reaches <see cref="RedMostBytes"/>.</summary>
    public Probability RedProbability { get; init; } = Probability.OfPercent(2);

    /// <summary>RED: the weight of the present length in the average is 2^-this.</summary>
    public int RedWeightBits { get; init; } = 9;

    /// <summary>As `codel` comes: 1000 frames.</summary>
    public static QueueSettings CoDel { get; } = new() { Kind = QueueKind.CoDel, LimitFrames = 1_000 };

    /// <summary>As `fq_codel` comes: 10240 frames, 32 MiB, congestion marks.</summary>
    public static QueueSettings FqCoDel { get; } = new()
    {
        Kind = QueueKind.FqCoDel,
        LimitFrames = 10_240,
        LimitBytes = 32 << 20,
        MarksCongestion = true,
    };

    public static QueueSettings OfBytes(long bytes) => new() { LimitBytes = bytes };

    public static QueueSettings OfFrames(int frames) => new() { LimitFrames = frames };

    public static QueueSettings OfMilliseconds(long milliseconds) => new() { LimitNanoseconds = milliseconds * 1_000_000 };

    /// <summary>Bytes that may wait at a rate.</summary>
    public long EffectiveBytes(RateSettings rate)
    {
        long bytes = LimitBytes ?? HardLimitBytes;
        if (LimitNanoseconds is { } time) bytes = Math.Min(bytes, BytesIn(time, rate));
        if (LimitBytes is null && LimitFrames is null && LimitNanoseconds is null)
            bytes = Math.Max(DefaultLimitBytes, BytesIn(DefaultLimitNanoseconds, rate));
        return Math.Min(bytes, HardLimitBytes);
    }

    public int EffectiveFrames => Math.Min(LimitFrames ?? HardLimitFrames, HardLimitFrames);

    /// <exception cref="ArgumentException">A figure is out of its bounds.</exception>
    public void Validate()
    {
        if (LimitBytes < 0 || LimitFrames < 0 || LimitNanoseconds < 0)
            throw new ArgumentException("The limit of a queue is not negative.");
        if (TargetNanoseconds < 0 || IntervalNanoseconds is <= 0 or > 1_000_000_000_000)
            throw new ArgumentException("The interval of CoDel is between 1 ns and 1000 s, its target not negative.");
        if (Flows is < 1 or > 65_536 || QuantumBytes is < 64 or > 1 << 20)
            throw new ArgumentException("FQ-CoDel has 1 to 65536 flows and a quantum of 64 bytes to 1 MiB.");
        bool doRise = RedLeastBytes >= 0 && RedMostBytes > RedLeastBytes && RedMostBytes <= HardLimitBytes;
        if (!doRise || RedWeightBits is < 0 or > 24)
            throw new ArgumentException("RED's thresholds rise, and its weight is 2^0 to 2^-24.");
    }

    private static long BytesIn(long nanoseconds, RateSettings rate)
    {
        if (rate.AverageBitsPerSecond == RateSettings.Unlimited) return HardLimitBytes;
        Int128 bytes = (Int128)rate.AverageBitsPerSecond * nanoseconds / (8 * VirtualTime.NanosecondsPerSecond);
        return (long)Int128.Min(bytes, HardLimitBytes);
    }
}
