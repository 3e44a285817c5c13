namespace TestLab.Simulation;

/// <summary>A positive fraction in lowest terms that multiplies counts exactly, with 128-bit intermediates.</summary>
internal readonly record struct Ratio
{
    private readonly ulong _numerator;
    private readonly ulong _denominator;

    public Ratio(UInt128 numerator, UInt128 denominator)
    {
        if (numerator == 0 || denominator == 0) throw new ArgumentOutOfRangeException(nameof(numerator), "A ratio is positive.");
        UInt128 divisor = GreatestCommonDivisor(numerator, denominator);
        _numerator = checked((ulong)(numerator / divisor));
        _denominator = checked((ulong)(denominator / divisor));
    }

    /// <summary>floor(count * ratio), saturating.</summary>
    public ulong Floor(ulong count) => Scale(count, _numerator, _denominator, 0);

    /// <summary>The smallest count whose <see cref="Floor"/> reaches the value: ceiling(value / ratio), saturating.</summary>
    public ulong FirstReaching(ulong value) => Scale(value, _denominator, _numerator, _numerator - 1);

    private static ulong Scale(ulong count, ulong numerator, ulong denominator, ulong rounding)
    {
        if (numerator == denominator) return count;

        // Nearly every product fits in 64 bits; a 128-bit division costs ten times as much.
        ulong high = Math.BigMul(count, numerator, out ulong low);
        if (high == 0 && low <= ulong.MaxValue - rounding) return (low + rounding) / denominator;

        UInt128 quotient = ((UInt128)count * numerator + rounding) / denominator;
        return quotient > ulong.MaxValue ? ulong.MaxValue : (ulong)quotient;
    }

    private static UInt128 GreatestCommonDivisor(UInt128 left, UInt128 right)
    {
        while (right != 0) (left, right) = (right, left % right);
        return left;
    }
}
