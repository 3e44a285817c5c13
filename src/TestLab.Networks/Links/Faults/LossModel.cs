namespace TestLab.Networks.Links.Faults;

/// <summary>Which frames of one direction are lost on the wire.</summary>
/// <remarks>Frames are counted from 0 as they leave the serialiser; a decision is a function of that number and the seed.</remarks>
public sealed record LossModel
{
    public const int MaskLimitBits = 64;

    public static readonly LossModel None = new();

    private LossModel()
    {
    }

    public LossKind Kind { get; private init; }

    /// <summary>Random: how often.</summary>
    public Chance Chance { get; private init; }

    /// <summary>The transitions, in the order of the maker's parameters.</summary>
    public Probability First { get; private init; }

    public Probability Second { get; private init; }

    public Probability Third { get; private init; }

    public Probability Fourth { get; private init; }

    public Probability Fifth { get; private init; }

    /// <summary>Mask: bit n is frame n. Every n-th: the distance. Window: the period in nanoseconds.</summary>
    public ulong Pattern { get; private init; }

    /// <summary>Mask: its length. Every n-th: the first. Window: its length in nanoseconds.</summary>
    public ulong Length { get; private init; }

    /// <summary>Window: where in the period it begins, in nanoseconds. Mask: 1 if it repeats.</summary>
    public ulong Offset { get; private init; }

    public static LossModel Random(Chance chance) => new() { Kind = LossKind.Random, Chance = chance };

    public static LossModel RandomPercent(decimal percent) => Random(Chance.OfPercent(percent));

    /// <summary>Two states, good and bad, each with a probability of loss.</summary>
    /// <param name="toBad">p, after each frame. The share of bad frames is p/(p+r), their mean run 1/r.</param>
    /// <param name="toGood">r, after each frame.</param>
    /// <param name="lossInBad">1-h.</param>
    /// <param name="lossInGood">1-k.</param>
    public static LossModel GilbertElliott(
        Probability toBad, Probability toGood, Probability lossInBad, Probability lossInGood) => new()
        {
            Kind = LossKind.GilbertElliott,
            First = toBad,
            Second = toGood,
            Third = lossInBad,
            Fourth = lossInGood,
        };

    /// <summary>
    /// The Markov chain of netem's `loss state`: 1 received, 2 received within a burst, 3 lost within a burst, 4 lost alone.
    /// </summary>
    public static LossModel FourState(
        Probability p13, Probability p31, Probability p32, Probability p23, Probability p14) => new()
        {
            Kind = LossKind.FourState,
            First = p13,
            Second = p31,
            Third = p32,
            Fourth = p23,
            Fifth = p14,
        };

    /// <summary>Frame <paramref name="first"/> and each n-th after it.</summary>
    public static LossModel EveryNth(ulong n, ulong first)
    {
        ArgumentOutOfRangeException.ThrowIfZero(n);
        return new LossModel { Kind = LossKind.EveryNth, Pattern = n, Length = first };
    }

    /// <param name="pattern">As "0010": the third frame is lost; at most 64 frames.</param>
    /// <param name="repeats">Over and over; otherwise all later frames arrive.</param>
    /// <exception cref="ArgumentException">The pattern is empty, too long, or holds something else.</exception>
    public static LossModel Mask(string pattern, bool repeats)
    {
        if (pattern.Length is 0 or > MaskLimitBits || pattern.AsSpan().ContainsAnyExcept('0', '1'))
            throw new ArgumentException($"A loss mask is 1 to {MaskLimitBits} digits 0 and 1.", nameof(pattern));
        ulong bits = 0;
        for (int i = 0; i < pattern.Length; i++) bits |= (ulong)(pattern[i] - '0') << i;
        return new LossModel
        {
            Kind = LossKind.Mask,
            Pattern = bits,
            Length = (ulong)pattern.Length,
            Offset = repeats ? 1UL : 0,
        };
    }

    /// <summary>All frames that leave while the window of the period is open: blockage, fading, a restart every night.</summary>
    public static LossModel Window(long periodNanoseconds, long startNanoseconds, long lengthNanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(periodNanoseconds);
        ArgumentOutOfRangeException.ThrowIfNegative(startNanoseconds);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthNanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthNanoseconds, periodNanoseconds - startNanoseconds);
        return new LossModel
        {
            Kind = LossKind.Window,
            Pattern = (ulong)periodNanoseconds,
            Length = (ulong)lengthNanoseconds,
            Offset = (ulong)startNanoseconds,
        };
    }

    /// <summary>The parts of a model as a snapshot has them; the kind and its figures must fit each other.</summary>
    internal static LossModel OfParts(
        LossKind kind, Chance chance, ReadOnlySpan<ulong> thresholds, ulong pattern, ulong length, ulong offset) => new()
        {
            Kind = kind,
            Chance = chance,
            First = new Probability(thresholds[0]),
            Second = new Probability(thresholds[1]),
            Third = new Probability(thresholds[2]),
            Fourth = new Probability(thresholds[3]),
            Fifth = new Probability(thresholds[4]),
            Pattern = pattern,
            Length = length,
            Offset = offset,
        };

    /// <summary>Whether the figures fit the kind, as every maker's do.</summary>
    internal bool IsConsistent() => Kind switch
    {
        LossKind.EveryNth => Pattern > 0,
        LossKind.Mask => Length is > 0 and <= MaskLimitBits,
        LossKind.Window => Pattern is > 0 and <= long.MaxValue && Length <= Pattern && Offset <= Pattern - Length,
        _ => Enum.IsDefined(Kind),
    };
}
