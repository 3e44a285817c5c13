using System.Numerics;

namespace TestLab.Processor.FloatingPoint;

/// <summary>Between formats, and between floating-point and integers.</summary>
internal static class FloatConversion
{
    /// <summary>To another format, or the same one: the value rounded, a NaN quieted.</summary>
    public static TBits ToFormat<TFormat, TBits>(in FloatOperand operand, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        switch (operand.Class)
        {
            case FloatClass.Zero:
                return TFormat.Pack(operand.IsNegative, 0, 0);
            case FloatClass.Infinity:
                return TFormat.Pack(operand.IsNegative, TFormat.MaximumBiasedExponent, Float80.IntegerBit);
            case >= FloatClass.QuietNaN:
                return FloatNaN.Propagate<TFormat, TBits>(operand, ref context);
            case FloatClass.Denormal when context.Raise(FloatExceptions.Denormal):
                return default;
            default:
                return FloatRounding.Round<TFormat, TBits>(
                    operand.IsNegative, operand.Exponent, operand.Significand, 0, ref context);
        }
    }

    /// <summary>
    /// To a signed integer of <paramref name="width"/> bits; what does not fit is invalid and gives the most negative
    /// one, the integer indefinite.
    /// </summary>
    public static long ToInteger(in FloatOperand operand, int width, RoundingMode mode, ref FloatContext context)
    {
        long indefinite = long.MinValue >> (64 - width);
        if (operand.IsZero)
        {
            return 0;
        }

        if (operand.Class >= FloatClass.Infinity || operand.Exponent >= 64)
        {
            context.Raise(FloatExceptions.Invalid);
            return indefinite;
        }

        ulong magnitude = Split(operand, out ulong fraction);
        bool up = FloatRounding.RoundsUp(mode, operand.IsNegative, (magnitude & 1) != 0, fraction);
        bool carried = up && magnitude == ulong.MaxValue;
        magnitude += up ? 1UL : 0;
        ulong limit = operand.IsNegative ? 1UL << (width - 1) : (1UL << (width - 1)) - 1;
        if (magnitude > limit || carried)
        {
            context.Raise(FloatExceptions.Invalid);
            return indefinite;
        }

        if (fraction != 0)
        {
            context.RoundedUp = up;
            context.Raise(FloatExceptions.Inexact);
        }

        return operand.IsNegative ? 0 - (long)magnitude : (long)magnitude;
    }

    public static TBits FromInteger<TFormat, TBits>(long value, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged =>
        ToFormat<TFormat, TBits>(FloatOperand.FromInteger(value), ref context);

    /// <summary>The integer next to a number in its own format. The caller has dealt with denormal operands.</summary>
    public static TBits RoundToIntegral<TFormat, TBits>(
        in FloatOperand operand, RoundingMode mode, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (operand.IsNaN)
        {
            return FloatNaN.Propagate<TFormat, TBits>(operand, ref context);
        }

        if (operand.IsInfinity)
        {
            return TFormat.Pack(operand.IsNegative, TFormat.MaximumBiasedExponent, Float80.IntegerBit);
        }

        if (operand.IsZero || operand.Exponent >= 63)
        {
            int biased = operand.IsZero ? 0 : operand.Exponent + TFormat.Bias;
            return TFormat.Pack(operand.IsNegative, biased, operand.Significand);
        }

        ulong magnitude = Split(operand, out ulong fraction);
        if (fraction != 0)
        {
            context.RoundedUp = FloatRounding.RoundsUp(mode, operand.IsNegative, (magnitude & 1) != 0, fraction);
            magnitude += context.RoundedUp ? 1UL : 0;
            context.Raise(FloatExceptions.Inexact);
        }

        if (magnitude == 0)
        {
            return TFormat.Pack(operand.IsNegative, 0, 0);
        }

        int shift = BitOperations.LeadingZeroCount(magnitude);
        return TFormat.Pack(operand.IsNegative, 63 - shift + TFormat.Bias, magnitude << shift);
    }

    /// <summary>Cuts a finite number below 2^64 at the point; the fraction is left-aligned and sticky.</summary>
    private static ulong Split(in FloatOperand operand, out ulong fraction)
    {
        switch (operand.Exponent)
        {
            case < -1:
                fraction = 1;
                return 0;
            case -1:
                fraction = operand.Significand;
                return 0;
            case 63:
                fraction = 0;
                return operand.Significand;
            default:
                fraction = operand.Significand << (operand.Exponent + 1);
                return operand.Significand >> (63 - operand.Exponent);
        }
    }
}
