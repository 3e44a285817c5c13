using System.Numerics;

namespace TestLab.Processor.FloatingPoint;

/// <summary>Sums and differences.</summary>
internal static class FloatAddition
{
    public static TBits Subtract<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged =>
        second.IsNaN // The sign of a NaN is no sign of a number: it stays.
            ? Add<TFormat, TBits>(first, second, ref context)
            : Add<TFormat, TBits>(first, second.Negated(), ref context);

    public static TBits Add<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (first.Class >= FloatClass.Infinity || second.Class >= FloatClass.Infinity)
        {
            return AddSpecial<TFormat, TBits>(first, second, ref context);
        }

        if ((first.IsDenormal || second.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        if (first.IsZero || second.IsZero)
        {
            return AddZero<TFormat, TBits>(first, second, ref context);
        }

        return first.IsNegative == second.IsNegative
            ? AddMagnitudes<TFormat, TBits>(first, second, ref context)
            : SubtractMagnitudes<TFormat, TBits>(first, second, ref context);
    }

    private static TBits AddMagnitudes<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        (FloatOperand large, FloatOperand small) =
            first.Exponent >= second.Exponent ? (first, second) : (second, first);
        ulong high = small.Significand;
        ulong low = 0;
        int exponent = large.Exponent;
        Wide.ShiftRightSticky(ref high, ref low, exponent - small.Exponent);
        high = unchecked(high + large.Significand);
        if (high < large.Significand)
        {
            Wide.ShiftRightSticky(ref high, ref low, 1);
            high |= Float80.IntegerBit;
            exponent++;
        }

        return FloatRounding.Round<TFormat, TBits>(first.IsNegative, exponent, high, low, ref context);
    }

    private static TBits SubtractMagnitudes<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        bool firstIsLarger = first.Exponent != second.Exponent
            ? first.Exponent > second.Exponent
            : first.Significand >= second.Significand;
        (FloatOperand large, FloatOperand small) = firstIsLarger ? (first, second) : (second, first);
        ulong high = small.Significand;
        ulong low = 0;
        Wide.ShiftRightSticky(ref high, ref low, large.Exponent - small.Exponent);
        high = large.Significand - high - (low != 0 ? 1UL : 0);
        low = 0 - low;
        if ((high | low) == 0)
        {
            return TFormat.Pack(context.Rounding == RoundingMode.Down, 0, 0);
        }

        // After a shift by two or more, one bit at most is lost at the top: the sticky bit never moves into view.
        int shift = high != 0
            ? BitOperations.LeadingZeroCount(high)
            : 64 + BitOperations.LeadingZeroCount(low);
        if (shift >= 64)
        {
            high = low << (shift - 64);
            low = 0;
        }
        else if (shift != 0)
        {
            high = (high << shift) | (low >> (64 - shift));
            low <<= shift;
        }

        return FloatRounding.Round<TFormat, TBits>(
            large.IsNegative, large.Exponent - shift, high, low, ref context);
    }

    private static TBits AddZero<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (first.IsZero && second.IsZero)
        {
            bool negative = first.IsNegative == second.IsNegative
                ? first.IsNegative
                : context.Rounding == RoundingMode.Down;
            return TFormat.Pack(negative, 0, 0);
        }

        FloatOperand rest = first.IsZero ? second : first;
        return FloatRounding.Round<TFormat, TBits>(
            rest.IsNegative, rest.Exponent, rest.Significand, 0, ref context);
    }

    private static TBits AddSpecial<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (first.IsNaN || second.IsNaN)
        {
            return FloatNaN.Propagate<TFormat, TBits>(first, second, ref context);
        }

        if (first.IsInfinity && second.IsInfinity && first.IsNegative != second.IsNegative)
        {
            return FloatNaN.Invalid<TFormat, TBits>(ref context);
        }

        if (first.IsDenormal || second.IsDenormal)
        {
            context.Raise(FloatExceptions.Denormal);
        }

        bool negative = first.IsInfinity ? first.IsNegative : second.IsNegative;
        return TFormat.Pack(negative, TFormat.MaximumBiasedExponent, Float80.IntegerBit);
    }
}
