namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// A result format, and the rules of the unit that uses it. The arithmetic is written once over this interface; the
/// implementations are structures, so that each format gets its own machine code with these values as constants.
/// </summary>
internal interface IFloatFormat<TBits>
    where TBits : unmanaged
{
    static abstract int Bias { get; }

    /// <summary>The exponent field of infinity, all ones.</summary>
    static abstract int MaximumBiasedExponent { get; }

    /// <summary>
    /// What an unmasked overflow takes from the exponent, and an unmasked underflow adds to it, so that a handler can
    /// read the result (SDM volume 1, 8.5.4); zero where such a result is never written.
    /// </summary>
    static abstract int ExponentAdjustment { get; }

    /// <summary>Bits of significand, the integer bit included.</summary>
    static abstract int PrecisionBits(in FloatContext context);

    /// <summary>
    /// Puts the fields together; the significand is left-aligned with its integer bit at 63, which is clear in a
    /// denormal.
    /// </summary>
    static abstract TBits Pack(bool negative, int biasedExponent, ulong significand);

    /// <summary>
    /// Which of two operands, one at least a NaN and none unsupported, gives the result its payload.
    /// </summary>
    static abstract bool FirstNaNWins(in FloatOperand first, in FloatOperand second);
}
