namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// F2XM1, FYL2X, FYL2XP1 (SDM volume 1, 8.3.11, and the tables of the instructions), right to the last bit but for
/// rare near-ties.
/// </summary>
public static class Float80Logarithms
{
    private static readonly UInt128 HalfOne = UInt128.One << 127;
    private static readonly UInt128 SquareRootOfTwo = new(0xB504F333F9DE6484, 0x597D89B3754ABE9F);
    private static readonly WideFloat LogarithmOfTwo = new(false, -1, new(0xB17217F7D1CF79AB, 0xC9E3B39803F2F6AF));
    private static readonly WideFloat TwoOverLogarithmOfTwo =
        new(false, 1, new(0xB8AA3B295C17F0BB, 0xBE87FED0691D3E88));

    /// <summary>F2XM1: 2^x - 1. Beyond -1 and 1 the manual leaves it open: there the answer is x itself.</summary>
    public static Float80 ExponentialMinusOne(Float80 value, ref FloatContext context)
    {
        FloatOperand operand = value;
        if (operand.IsNaN)
        {
            return FloatNaN.Propagate<Float80FullFormat, Float80>(operand, ref context);
        }

        if (operand.IsInfinity)
        {
            return operand.IsNegative ? Float80.One.Negate() : value;
        }

        if (operand.IsZero)
        {
            return value;
        }

        if (operand.IsDenormal && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        if (operand.Exponent >= 0)
        {
            bool isMinusOne = operand.Exponent == 0 && operand.IsNegative && value == Float80.One.Negate();
            return isMinusOne ? Float80.Pack(true, Float80.Bias - 1, Float80.IntegerBit) : value;
        }

        WideFloat power = WideFloat.From(operand) * LogarithmOfTwo;
        UInt128 magnitude = power.ToFraction();
        WideFloat ratio = operand.IsNegative
            ? WideFloat.FromFraction(false, Series.FallingExponentialRatio(magnitude))
            : WideFloat.Normalize(false, 0, Series.ExponentialRatio(magnitude));
        return (power * ratio).Round(ref context);
    }

    /// <summary>FYL2X: y * log2(x), with y from ST1 and x from ST0.</summary>
    public static Float80 Logarithm(Float80 y, Float80 x, ref FloatContext context)
    {
        FloatOperand factor = y;
        FloatOperand operand = x;
        if (factor.IsNaN || operand.IsNaN)
        {
            return FloatNaN.Propagate<Float80FullFormat, Float80>(operand, factor, ref context);
        }

        bool isOne = !operand.IsNegative && operand.Exponent == 0 && operand.Significand == Float80.IntegerBit
            && operand.Class == FloatClass.Normal;
        bool isInvalid = (operand.IsNegative && !operand.IsZero)
            || (factor.IsZero && (operand.IsZero || operand.IsInfinity))
            || (factor.IsInfinity && isOne);
        if (isInvalid)
        {
            return FloatNaN.Invalid<Float80FullFormat, Float80>(ref context);
        }

        if (operand.IsZero && !factor.IsInfinity)
        {
            context.Raise(FloatExceptions.DivideByZero);
            return Float80.Infinity(!factor.IsNegative);
        }

        if ((factor.IsDenormal || operand.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        bool isBelowOne = operand.IsZero || (!operand.IsInfinity && operand.Exponent < 0);
        bool negative = factor.IsNegative ^ isBelowOne;
        if (factor.IsInfinity || operand.IsInfinity)
        {
            return Float80.Infinity(negative);
        }

        if (factor.IsZero || isOne)
        {
            return Float80.Pack(negative, 0, 0);
        }

        if (operand.Significand == Float80.IntegerBit)
        {
            // A power of two has an exact logarithm; the hardware calls it inexact as any other.
            Float80 product = FloatMultiplication.Multiply<Float80FullFormat, Float80>(
                factor.AsNormal(), FloatOperand.FromInteger(operand.Exponent), ref context);
            bool isTiny = product.BiasedExponent == 0;
            context.Raise(FloatExceptions.Inexact | (isTiny ? FloatExceptions.Underflow : FloatExceptions.None));
            return product;
        }

        return (WideFloat.From(factor) * BinaryLogarithm(WideFloat.From(operand))).Round(ref context);
    }

    /// <summary>
    /// FYL2XP1: y * log2(x + 1), with y from ST1 and x from ST0. The manual defines it for |x| up to 1 - sqrt(2)/2;
    /// beyond, this is still the logarithm, and invalid from -1 down.
    /// </summary>
    public static Float80 LogarithmOfOnePlus(Float80 y, Float80 x, ref FloatContext context)
    {
        FloatOperand factor = y;
        FloatOperand operand = x;
        if (factor.IsNaN || operand.IsNaN)
        {
            return FloatNaN.Propagate<Float80FullFormat, Float80>(operand, factor, ref context);
        }

        bool isInvalid = (factor.IsInfinity && operand.IsZero)
            || (factor.IsZero && operand.IsInfinity)
            || (operand.IsNegative && (operand.IsInfinity || (!operand.IsZero && operand.Exponent >= 0)));
        if (isInvalid)
        {
            return FloatNaN.Invalid<Float80FullFormat, Float80>(ref context);
        }

        if ((factor.IsDenormal || operand.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        bool negative = factor.IsNegative ^ operand.IsNegative;
        if (factor.IsInfinity || operand.IsInfinity)
        {
            return Float80.Infinity(negative);
        }

        if (factor.IsZero || operand.IsZero)
        {
            return Float80.Pack(negative, 0, 0);
        }

        return (WideFloat.From(factor) * BinaryLogarithmOfOnePlus(WideFloat.From(operand))).Round(ref context);
    }

    private static WideFloat BinaryLogarithmOfOnePlus(in WideFloat value)
    {
        // Up to a quarter, x / (2 + x) keeps the precision that one plus x would lose.
        return value.Exponent < -2
            ? FromRatio(value / (WideFloat.FromInteger(2) + value))
            : BinaryLogarithm(WideFloat.FromInteger(1) + value);
    }

    /// <summary>The logarithm of a positive number: its exponent, and that of a significand about one.</summary>
    private static WideFloat BinaryLogarithm(in WideFloat value)
    {
        UInt128 significand = value.Significand;
        bool isUpper = significand > SquareRootOfTwo;
        WideFloat whole = WideFloat.FromInteger(value.Exponent + (isUpper ? 1 : 0));

        // Above the root of two the significand counts as one half to one, with the point one place higher.
        WideFloat difference = isUpper
            ? WideFloat.FromFraction(true, UInt128.Zero - significand)
            : WideFloat.Normalize(false, 0, significand - HalfOne);
        if (difference.Significand == 0)
        {
            return whole;
        }

        WideFloat sum = isUpper
            ? new WideFloat(false, 0, HalfOne + (significand >> 1))
            : new WideFloat(false, 1, (HalfOne >> 1) + (significand >> 1));
        return whole + FromRatio(difference / sum);
    }

    /// <summary>log2((1 + s) / (1 - s)) = 2 artanh(s) / ln 2, for |s| below 0.18.</summary>
    private static WideFloat FromRatio(in WideFloat ratio)
    {
        UInt128 series = Series.InverseHyperbolicTangentRatio((ratio * ratio).ToFraction());
        return ratio * WideFloat.Normalize(false, 0, series) * TwoOverLogarithmOfTwo;
    }
}
