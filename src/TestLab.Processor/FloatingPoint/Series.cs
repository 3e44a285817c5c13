namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// Power series in fixed point, each as long as its argument's range needs for the last term to fall below 2^-124.
/// A "fraction" is scaled by 2^128 and below one, a "half" by 2^127 and below two; one itself is, as a fraction, its
/// predecessor.
/// </summary>
internal static class Series
{
    private const int SineTerms = 17;
    private const int ExponentialTerms = 31;
    private const int InverseTangentTerms = 14;
    private const int LogarithmTerms = 26;
    private static readonly UInt128 One = UInt128.MaxValue;
    private static readonly UInt128 HalfOne = UInt128.One << 127;
    private static readonly UInt128[] Reciprocals = MakeReciprocals();

    /// <summary>sin(y) / y = 1 - z/(2*3) + z^2/(2*3*4*5) ..., z being y squared, a fraction up to (pi/4)^2.</summary>
    public static UInt128 SineRatio(UInt128 z) => AlternateFactorials(z, 2);

    /// <summary>cos(y) = 1 - z/(1*2) + z^2/(1*2*3*4) ..., z being y squared, a fraction up to (pi/4)^2.</summary>
    public static UInt128 Cosine(UInt128 z) => AlternateFactorials(z, 1);

    /// <summary>(e^a - 1) / a = 1 + a/2 + a^2/(2*3) ... as a half; a is a fraction up to ln 2.</summary>
    public static UInt128 ExponentialRatio(UInt128 a)
    {
        UInt128 sum = HalfOne;
        for (int term = ExponentialTerms; term >= 2; term--)
        {
            sum = HalfOne + Wide.MultiplyHigh(Wide.MultiplyHigh(a, Reciprocals[term]), sum);
        }

        return sum;
    }

    /// <summary>(1 - e^-a) / a = 1 - a/2 + a^2/(2*3) ... as a fraction; a is a fraction up to ln 2.</summary>
    public static UInt128 FallingExponentialRatio(UInt128 a)
    {
        UInt128 sum = One;
        for (int term = ExponentialTerms; term >= 2; term--)
        {
            sum = One - Wide.MultiplyHigh(Wide.MultiplyHigh(a, Reciprocals[term]), sum);
        }

        return sum;
    }

    /// <summary>artanh(s) / s = 1 + w/3 + w^2/5 ... as a half, w being s squared, a fraction below 0.03.</summary>
    public static UInt128 InverseHyperbolicTangentRatio(UInt128 w)
    {
        UInt128 sum = 0;
        for (int term = LogarithmTerms; term > 0; term--)
        {
            sum = (Reciprocals[(2 * term) + 1] >> 1) + Wide.MultiplyHigh(w, sum);
        }

        return HalfOne + Wide.MultiplyHigh(w, sum);
    }

    /// <summary>
    /// arctan(t) / t = 1 - w/3 + w^2/5 ... as a fraction, w being t squared, a fraction up to 1/900.
    /// </summary>
    public static UInt128 InverseTangentRatio(UInt128 w)
    {
        UInt128 sum = 0;
        for (int term = InverseTangentTerms; term > 0; term--)
        {
            sum = Reciprocals[(2 * term) + 1] - Wide.MultiplyHigh(w, sum);
        }

        return One - Wide.MultiplyHigh(w, sum);
    }

    private static UInt128 AlternateFactorials(UInt128 z, int firstFactor)
    {
        UInt128 sum = One;
        for (int term = SineTerms - 1; term >= 0; term--)
        {
            int factor = firstFactor + (2 * term);
            UInt128 step = Wide.MultiplyHigh(Wide.MultiplyHigh(z, Reciprocals[factor]), Reciprocals[factor + 1]);
            sum = One - Wide.MultiplyHigh(step, sum);
        }

        return sum;
    }

    private static UInt128[] MakeReciprocals()
    {
        UInt128[] reciprocals = new UInt128[(2 * LogarithmTerms) + 2];
        for (int index = 1; index < reciprocals.Length; index++)
        {
            reciprocals[index] = UInt128.MaxValue / (uint)index;
        }

        return reciprocals;
    }
}
