using TestLab.Networks.Links.Faults;

namespace TestLab.Networks.Links.Delays;

/// <summary>How long a frame travels once it has left the sender.</summary>
public sealed record DelaySettings
{
    /// <summary>A thousand seconds: light from the outer planets.</summary>
    public const long LimitNanoseconds = 1_000_000_000_000;

    public static readonly DelaySettings None = new();

    public long PropagationNanoseconds { get; init; }

    /// <summary>The half width of a uniform distribution, the scale of any other.</summary>
    public long JitterNanoseconds { get; init; }

    public JitterMode Mode { get; init; }

    public DelayDistribution Distribution { get; init; } = DelayDistribution.Uniform;

    /// <summary>How much a delay is like the one before; in ordered mode, how much slower it changes.</summary>
    public Probability Correlation { get; init; }

    public static DelaySettings OfMilliseconds(decimal propagation, decimal jitter = 0) => new()
    {
        PropagationNanoseconds = (long)(propagation * 1_000_000),
        JitterNanoseconds = (long)(jitter * 1_000_000),
    };

    /// <summary>The shortest delay that these settings can ever give, in nanoseconds.</summary>
    public long LeastNanoseconds => JitterNanoseconds == 0
        ? PropagationNanoseconds
        : Math.Max(0, PropagationNanoseconds + Scale(Distribution.Least));

    /// <summary>The longest delay that these settings can ever give, in nanoseconds.</summary>
    public long MostNanoseconds => JitterNanoseconds == 0
        ? PropagationNanoseconds
        : Math.Max(0, PropagationNanoseconds + Scale(Distribution.Most));

    /// <summary>A delay by its place in the distribution, never below 0.</summary>
    internal long At(ulong quantile) => Math.Max(0, PropagationNanoseconds + Scale(Distribution.At(quantile)));

    /// <exception cref="ArgumentException">A figure is out of its bounds.</exception>
    public void Validate()
    {
        if (PropagationNanoseconds is < 0 or > LimitNanoseconds || JitterNanoseconds is < 0 or > LimitNanoseconds)
            throw new ArgumentException("A delay and its jitter are between 0 and 1000 s.");
        if (Correlation == Probability.Always)
            throw new ArgumentException("Delays that correlate fully are no jitter.");
    }

    // An interpolation of two draws varies less than a draw: its variance is two thirds on average. Where the scale
    // means a deviation, the draws are widened by the root of 3/2, so that what is promised is what is measured.
    private long Scale(long deviation)
    {
        const long Numerator = 12_247;
        const long Denominator = 10_000;
        Int128 scaled = (Int128)JitterNanoseconds * deviation;
        if (Mode == JitterMode.Ordered && !Distribution.IsBounded) scaled = scaled * Numerator / Denominator;
        return (long)((scaled + DelayDistribution.One / 2) >> DelayDistribution.FractionBits);
    }
}
