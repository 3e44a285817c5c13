namespace TestLab.Processor.FloatingPoint;

/// <summary>binary64 with the rules of SSE: the first NaN of two wins.</summary>
internal readonly struct Binary64Format : IFloatFormat<ulong>
{
    public static int Bias => 1023;

    public static int MaximumBiasedExponent => 0x7FF;

    public static int ExponentAdjustment => 0;

    public static int PrecisionBits(in FloatContext context) => 53;

    public static ulong Pack(bool negative, int biasedExponent, ulong significand) =>
        (negative ? 1UL << 63 : 0) | ((ulong)biasedExponent << 52) | ((significand & ~Float80.IntegerBit) >> 11);

    public static bool FirstNaNWins(in FloatOperand first, in FloatOperand second) => first.IsNaN;
}
