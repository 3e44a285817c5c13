namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// FPREM and FPREM1: exact, at most 63 quotient bits at a time; when there are more, the result is a partial
/// remainder and the guest's loop comes again.
/// </summary>
public static class Float80Remainder
{
    /// <summary>FPREM: the quotient is cut towards zero.</summary>
    public static Float80 Truncating(
        Float80 dividend, Float80 divisor, out bool isPartial, out byte quotient, ref FloatContext context) =>
        Reduce(dividend, divisor, false, out isPartial, out quotient, ref context);

    /// <summary>FPREM1, the remainder of IEEE 754: the quotient goes to the nearest integer, ties to even.</summary>
    public static Float80 Nearest(
        Float80 dividend, Float80 divisor, out bool isPartial, out byte quotient, ref FloatContext context) =>
        Reduce(dividend, divisor, true, out isPartial, out quotient, ref context);

    /// <summary>
    /// <paramref name="isPartial"/> is C2; the last three bits of the <paramref name="quotientBits"/>, from the
    /// highest, are C0, C3 and C1.
    /// </summary>
    private static Float80 Reduce(
        FloatOperand dividend,
        FloatOperand divisor,
        bool nearest,
        out bool isPartial,
        out byte quotientBits,
        ref FloatContext context)
    {
        isPartial = false;
        quotientBits = 0;
        if (dividend.IsNaN || divisor.IsNaN)
        {
            return FloatNaN.Propagate<Float80FullFormat, Float80>(dividend, divisor, ref context);
        }

        if (dividend.IsInfinity || divisor.IsZero)
        {
            return FloatNaN.Invalid<Float80FullFormat, Float80>(ref context);
        }

        if ((dividend.IsDenormal || divisor.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        if (dividend.IsZero)
        {
            return Float80.Pack(dividend.IsNegative, 0, 0);
        }

        int distance = dividend.Exponent - divisor.Exponent;
        if (divisor.IsInfinity || distance < -1 || (distance == -1 && !nearest))
        {
            return Finish(dividend.IsNegative, dividend.Exponent, dividend.Significand, ref context);
        }

        return distance >= 64
            ? ReducePartially(dividend, divisor, distance, out isPartial, ref context)
            : ReduceFully(dividend, divisor, distance, nearest, out quotientBits, ref context);
    }

    private static Float80 ReducePartially(
        in FloatOperand dividend,
        in FloatOperand divisor,
        int distance,
        out bool isPartial,
        ref FloatContext context)
    {
        isPartial = true;
        int bits = (distance & 31) | 32;
        Wide.Divide(
            dividend.Significand >> (64 - bits), dividend.Significand << bits, divisor.Significand, out ulong rest);
        return Finish(dividend.IsNegative, dividend.Exponent - bits, rest, ref context);
    }

    private static Float80 ReduceFully(
        in FloatOperand dividend,
        in FloatOperand divisor,
        int distance,
        bool nearest,
        out byte quotientBits,
        ref FloatContext context)
    {
        bool negative = dividend.IsNegative;
        ulong modulus = divisor.Significand;
        ulong quotient = 0;
        ulong rest = dividend.Significand;
        int exponent = dividend.Exponent;
        bool isAboveHalf;
        if (distance < 0)
        {
            // The divisor, twice its significand here, is at most four times the dividend.
            isAboveHalf = rest > modulus;
            modulus <<= 1;
        }
        else
        {
            // At a distance of zero the high half must be zero, which a shift by 64 would not make it.
            ulong high = distance == 0 ? 0 : rest >> (64 - distance);
            quotient = Wide.Divide(high, rest << distance, modulus, out rest);
            exponent = divisor.Exponent;
            ulong complement = modulus - rest;
            isAboveHalf = rest > complement || (rest == complement && (quotient & 1) != 0);
        }

        if (nearest && isAboveHalf)
        {
            rest = unchecked(modulus - rest); // Modulo 2^64: the doubled divisor has lost its top bit.
            negative = !negative;
            quotient++;
        }

        quotientBits = (byte)(quotient & 7);
        return Finish(negative, exponent, rest, ref context);
    }

    private static Float80 Finish(bool negative, int exponent, ulong significand, ref FloatContext context)
    {
        if (significand == 0)
        {
            return Float80.Pack(negative, 0, 0);
        }

        int shift = System.Numerics.BitOperations.LeadingZeroCount(significand);
        return FloatRounding.Round<Float80FullFormat, Float80>(
            negative, exponent - shift, significand << shift, 0, ref context);
    }
}
