namespace TestLab.Networks.Links.Faults;

/// <summary>How often something happens, exact to one in 2^64.</summary>
public readonly record struct Probability
{
    // All ones is certainty: the numbers drawn are below it but for one in 2^64.
    private const ulong Certain = ulong.MaxValue;
    private const decimal Whole = 18_446_744_073_709_551_616m;

    public static readonly Probability Never;
    public static readonly Probability Always = new(Certain);

    internal Probability(ulong threshold) => Threshold = threshold;

    /// <summary>A number drawn below this is a hit.</summary>
    internal ulong Threshold { get; }

    public bool IsNever => Threshold == 0;

    /// <summary>For people.</summary>
    public decimal Percent => Threshold == Certain ? 100 : Threshold / Whole * 100;

    /// <param name="fraction">Between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static Probability OfFraction(decimal fraction)
    {
        if (fraction is < 0 or > 1)
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A probability is between 0 and 1.");
        decimal threshold = decimal.Floor(fraction * Whole);
        return threshold >= Certain ? Always : new Probability((ulong)threshold);
    }

    /// <inheritdoc cref="OfFraction"/>
    public static Probability OfPercent(decimal percent) => OfFraction(percent / 100);

    /// <summary>Whether a number drawn from all 2^64 decides for it.</summary>
    public bool Hits(ulong draw) => draw < Threshold || Threshold == Certain;

    public override string ToString() => $"{decimal.Round(Percent, 6):0.######}%";
}
