namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// The x87 operations that IEEE 754 defines. Operands may be registers or come from memory in another format; the
/// reversed forms (FSUBR, FDIVR) are these with the operands exchanged. The result is not to be written when
/// <see cref="FloatContext.SuppressesOperation"/>; with an unmasked overflow or underflow it is, its exponent being
/// off by 24576.
/// </summary>
public static class Float80Arithmetic
{
    /// <summary>FSCALE adds no more than this to an exponent: enough to leave the format from any number.</summary>
    private const long MaximumScale = 0x10000;

    public static Float80 Add(FloatOperand first, FloatOperand second, ref FloatContext context) =>
        FloatAddition.Add<Float80Format, Float80>(first, second, ref context);

    public static Float80 Subtract(FloatOperand first, FloatOperand second, ref FloatContext context) =>
        FloatAddition.Subtract<Float80Format, Float80>(first, second, ref context);

    public static Float80 Multiply(FloatOperand first, FloatOperand second, ref FloatContext context) =>
        FloatMultiplication.Multiply<Float80Format, Float80>(first, second, ref context);

    public static Float80 Divide(FloatOperand first, FloatOperand second, ref FloatContext context) =>
        FloatMultiplication.Divide<Float80Format, Float80>(first, second, ref context);

    public static Float80 SquareRoot(Float80 value, ref FloatContext context) =>
        FloatMultiplication.SquareRoot<Float80Format, Float80>(value, ref context);

    /// <summary>FCOM, FTST, FICOM: any NaN is invalid.</summary>
    public static FloatRelation Compare(FloatOperand first, FloatOperand second, ref FloatContext context) =>
        FloatComparison.Compare(first, second, true, ref context);

    /// <summary>FUCOM: only a signalling NaN or an unsupported pattern is invalid.</summary>
    public static FloatRelation CompareQuiet(FloatOperand first, FloatOperand second, ref FloatContext context) =>
        FloatComparison.Compare(first, second, false, ref context);

    /// <summary>FRNDINT.</summary>
    public static Float80 RoundToIntegral(Float80 value, ref FloatContext context)
    {
        FloatOperand operand = value;
        if (operand.IsDenormal && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        return FloatConversion.RoundToIntegral<Float80FullFormat, Float80>(operand, context.Rounding, ref context);
    }

    /// <summary>FSCALE: the first times two to the power of the second, cut to an integer.</summary>
    public static Float80 Scale(Float80 value, Float80 scale, ref FloatContext context)
    {
        FloatOperand operand = value;
        FloatOperand power = scale;
        if (operand.IsNaN || power.IsNaN)
        {
            return FloatNaN.Propagate<Float80FullFormat, Float80>(operand, power, ref context);
        }

        if (power.IsInfinity && (power.IsNegative ? operand.IsInfinity : operand.IsZero))
        {
            return FloatNaN.Invalid<Float80FullFormat, Float80>(ref context);
        }

        if ((operand.IsDenormal || power.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        if (operand.IsZero || operand.IsInfinity)
        {
            return value;
        }

        if (power.IsInfinity)
        {
            return power.IsNegative
                ? Float80.Pack(operand.IsNegative, 0, 0)
                : Float80.Infinity(operand.IsNegative);
        }

        return FloatRounding.Round<Float80FullFormat, Float80>(
            operand.IsNegative, operand.Exponent + ScaleOf(power), operand.Significand, 0, ref context);
    }

    /// <summary>FXTRACT: the significand with the exponent of one, and the exponent as a number.</summary>
    public static Float80 Extract(Float80 value, out Float80 exponent, ref FloatContext context)
    {
        FloatOperand operand = value;
        exponent = default;
        if (operand.IsNaN)
        {
            return exponent = FloatNaN.Propagate<Float80FullFormat, Float80>(operand, ref context);
        }

        if (operand.IsInfinity)
        {
            exponent = Float80.Infinity(false);
            return value;
        }

        if (operand.IsZero)
        {
            context.Raise(FloatExceptions.DivideByZero);
            exponent = Float80.Infinity(true);
            return value;
        }

        if (operand.IsDenormal && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        exponent = Float80Conversion.FromInteger(operand.Exponent);
        return Float80.Pack(operand.IsNegative, Float80.Bias, operand.Significand);
    }

    private static int ScaleOf(in FloatOperand power)
    {
        if (power.IsZero || power.Exponent < 0)
        {
            return 0;
        }

        long magnitude = power.Exponent > 32
            ? MaximumScale
            : Math.Min((long)(power.Significand >> (63 - power.Exponent)), MaximumScale);
        return (int)(power.IsNegative ? -magnitude : magnitude);
    }
}
