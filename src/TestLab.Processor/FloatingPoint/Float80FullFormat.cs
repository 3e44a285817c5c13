namespace TestLab.Processor.FloatingPoint;

/// <summary>The 80-bit format for the operations that precision control leaves alone.</summary>
internal readonly struct Float80FullFormat : IFloatFormat<Float80>
{
    public static int Bias => Float80.Bias;

    public static int MaximumBiasedExponent => Float80.MaximumBiasedExponent;

    public static int ExponentAdjustment => Float80Format.ExponentAdjustment;

    public static int PrecisionBits(in FloatContext context) => 64;

    public static Float80 Pack(bool negative, int biasedExponent, ulong significand) =>
        Float80.Pack(negative, biasedExponent, significand);

    public static bool FirstNaNWins(in FloatOperand first, in FloatOperand second) =>
        Float80Format.FirstNaNWins(first, second);
}
