namespace TestLab.Processor.FloatingPoint;

/// <summary>Products, quotients and square roots.</summary>
internal static class FloatMultiplication
{
    public static TBits Multiply<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        bool negative = first.IsNegative ^ second.IsNegative;
        if (first.IsNaN || second.IsNaN)
        {
            return FloatNaN.Propagate<TFormat, TBits>(first, second, ref context);
        }

        if ((first.IsInfinity && second.IsZero) || (first.IsZero && second.IsInfinity))
        {
            return FloatNaN.Invalid<TFormat, TBits>(ref context);
        }

        if ((first.IsDenormal || second.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        if (first.IsInfinity || second.IsInfinity)
        {
            return TFormat.Pack(negative, TFormat.MaximumBiasedExponent, Float80.IntegerBit);
        }

        if (first.IsZero || second.IsZero)
        {
            return TFormat.Pack(negative, 0, 0);
        }

        int exponent = first.Exponent + second.Exponent + 1;
        ulong high = Math.BigMul(first.Significand, second.Significand, out ulong low);
        if ((high & Float80.IntegerBit) == 0)
        {
            high = (high << 1) | (low >> 63);
            low <<= 1;
            exponent--;
        }

        return FloatRounding.Round<TFormat, TBits>(negative, exponent, high, low, ref context);
    }

    public static TBits Divide<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        bool negative = first.IsNegative ^ second.IsNegative;
        if (first.IsNaN || second.IsNaN)
        {
            return FloatNaN.Propagate<TFormat, TBits>(first, second, ref context);
        }

        if ((first.IsInfinity && second.IsInfinity) || (first.IsZero && second.IsZero))
        {
            return FloatNaN.Invalid<TFormat, TBits>(ref context);
        }

        // Division by zero has precedence over a denormal operand and hides it.
        FloatExceptions found = FloatExceptions.None;
        if (second.IsZero && !first.IsInfinity)
        {
            found = FloatExceptions.DivideByZero;
        }
        else if (first.IsDenormal || second.IsDenormal)
        {
            found = FloatExceptions.Denormal;
        }

        if (found != FloatExceptions.None && context.Raise(found))
        {
            return default;
        }

        if (first.IsInfinity || second.IsZero)
        {
            return TFormat.Pack(negative, TFormat.MaximumBiasedExponent, Float80.IntegerBit);
        }

        if (first.IsZero || second.IsInfinity)
        {
            return TFormat.Pack(negative, 0, 0);
        }

        return DivideFinite<TFormat, TBits>(negative, first, second, ref context);
    }

    public static TBits SquareRoot<TFormat, TBits>(in FloatOperand operand, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (operand.IsNaN)
        {
            return FloatNaN.Propagate<TFormat, TBits>(operand, ref context);
        }

        if (operand.IsZero)
        {
            return TFormat.Pack(operand.IsNegative, 0, 0);
        }

        if (operand.IsNegative)
        {
            return FloatNaN.Invalid<TFormat, TBits>(ref context);
        }

        if (operand.IsInfinity)
        {
            return TFormat.Pack(false, TFormat.MaximumBiasedExponent, Float80.IntegerBit);
        }

        if (operand.IsDenormal && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        // An even exponent halves; the radicand then has its leading bit at 126 (even) or 127 (odd).
        bool isOdd = (operand.Exponent & 1) != 0;
        ulong high = isOdd ? operand.Significand : operand.Significand >> 1;
        ulong low = isOdd ? 0 : operand.Significand << 63;
        ulong root = Wide.SquareRoot(high, low, out ulong remainder, out bool carry);
        bool aboveHalf = carry || remainder > root; // The square of root + 1/2 is root more, and a quarter.
        ulong tail = (aboveHalf ? 1UL << 63 : 0) | (carry ? 1 : Wide.Sticky(remainder));
        return FloatRounding.Round<TFormat, TBits>(false, operand.Exponent >> 1, root, tail, ref context);
    }

    private static TBits DivideFinite<TFormat, TBits>(
        bool negative, in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        int exponent = first.Exponent - second.Exponent;
        ulong divisor = second.Significand;
        ulong high = first.Significand;
        ulong low = 0;
        if (high >= divisor)
        {
            low = high << 63;
            high >>= 1;
        }
        else
        {
            exponent--;
        }

        ulong quotient = Wide.Divide(high, low, divisor, out ulong remainder);
        ulong tail = (remainder >= divisor - remainder ? 1UL << 63 : 0)
            | (remainder == divisor - remainder ? 0 : Wide.Sticky(remainder));
        return FloatRounding.Round<TFormat, TBits>(negative, exponent, quotient, tail, ref context);
    }
}
