namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// The 80-bit format with the rules of the x87: precision control, and the NaN with more significand wins.
/// </summary>
internal readonly struct Float80Format : IFloatFormat<Float80>
{
    public static int Bias => Float80.Bias;

    public static int MaximumBiasedExponent => Float80.MaximumBiasedExponent;

    public static int ExponentAdjustment => 24576;

    public static int PrecisionBits(in FloatContext context) => context.PrecisionBits;

    public static Float80 Pack(bool negative, int biasedExponent, ulong significand) =>
        Float80.Pack(negative, biasedExponent, significand);

    /// <summary>
    /// A quiet NaN goes before a signalling one, then the larger significand, then the positive one.
    /// </summary>
    public static bool FirstNaNWins(in FloatOperand first, in FloatOperand second)
    {
        if (!first.IsNaN | !second.IsNaN)
        {
            return first.IsNaN;
        }

        if (first.Class != second.Class)
        {
            return first.Class == FloatClass.QuietNaN;
        }

        return first.Significand != second.Significand
            ? first.Significand > second.Significand
            : !first.IsNegative;
    }
}
