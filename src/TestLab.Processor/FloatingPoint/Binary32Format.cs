namespace TestLab.Processor.FloatingPoint;

/// <summary>binary32 with the rules of SSE: the first NaN of two wins.</summary>
internal readonly struct Binary32Format : IFloatFormat<uint>
{
    public static int Bias => 127;

    public static int MaximumBiasedExponent => 0xFF;

    public static int ExponentAdjustment => 0;

    public static int PrecisionBits(in FloatContext context) => 24;

    public static uint Pack(bool negative, int biasedExponent, ulong significand) =>
        (negative ? 1U << 31 : 0) | ((uint)biasedExponent << 23) | (uint)((significand & ~Float80.IntegerBit) >> 40);

    public static bool FirstNaNWins(in FloatOperand first, in FloatOperand second) => first.IsNaN;
}
