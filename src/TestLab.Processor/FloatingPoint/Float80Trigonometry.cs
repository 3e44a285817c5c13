namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// FSIN, FCOS, FSINCOS, FPTAN, right to the last bit for the hardware's pi but for rare near-ties (SDM volume 1, 8.3.8
/// to 8.3.10). An angle of 2^63 or more is out of range: C2 is set and nothing else happens.
/// </summary>
public static class Float80Trigonometry
{
    private const int RangeExponent = 63;
    private const int TinyExponent = -40;

    private static readonly UInt128 HalfOne = UInt128.One << 127;

    public static Float80 Sine(Float80 angle, out bool isOutOfRange, ref FloatContext context)
    {
        FloatOperand operand = angle;
        if (!TryPrepare(operand, angle, out isOutOfRange, out Float80 special, ref context))
        {
            return special;
        }

        WideFloat rest = AngleReduction.Reduce(operand, out int turns);
        return SineOf(rest, turns, operand.IsNegative).Round(ref context);
    }

    public static Float80 Cosine(Float80 angle, out bool isOutOfRange, ref FloatContext context)
    {
        FloatOperand operand = angle;
        if (!TryPrepare(operand, Float80.One, out isOutOfRange, out Float80 special, ref context))
        {
            return special;
        }

        WideFloat rest = AngleReduction.Reduce(operand, out int turns);
        return SineOf(rest, turns + 1, false).Round(ref context);
    }

    /// <summary>FSINCOS, which replaces the angle by the sine and then pushes the cosine.</summary>
    public static Float80 SineAndCosine(
        Float80 angle, out Float80 cosine, out bool isOutOfRange, ref FloatContext context)
    {
        Float80 sine = Sine(angle, out isOutOfRange, ref context);
        cosine = context.SuppressesOperation ? default : Cosine(angle, out _, ref context);
        return sine;
    }

    /// <summary>FPTAN, which replaces the angle by the tangent and then pushes one, or the same NaN again.</summary>
    public static Float80 Tangent(Float80 angle, out Float80 pushed, out bool isOutOfRange, ref FloatContext context)
    {
        FloatOperand operand = angle;
        if (!TryPrepare(operand, angle, out isOutOfRange, out Float80 special, ref context))
        {
            pushed = operand.IsZero ? Float80.One : special;
            return special;
        }

        pushed = Float80.One;
        WideFloat rest = AngleReduction.Reduce(operand, out int turns);
        WideFloat tangent = (turns & 1) != 0 ? -CotangentOf(rest) : TangentOf(rest);
        return tangent.WithSign(tangent.IsNegative ^ operand.IsNegative).Round(ref context);
    }

    /// <summary>
    /// Deals with all but a finite angle in range; <paramref name="atZero"/> is the answer for zero.
    /// </summary>
    private static bool TryPrepare(
        in FloatOperand angle,
        Float80 atZero,
        out bool isOutOfRange,
        out Float80 special,
        ref FloatContext context)
    {
        isOutOfRange = false;
        special = atZero;
        switch (angle.Class)
        {
            case FloatClass.Zero:
                return false;
            case FloatClass.Infinity:
                special = FloatNaN.Invalid<Float80FullFormat, Float80>(ref context);
                return false;
            case >= FloatClass.QuietNaN:
                special = FloatNaN.Propagate<Float80FullFormat, Float80>(angle, ref context);
                return false;
            case FloatClass.Denormal when context.Raise(FloatExceptions.Denormal):
                return false;
            default:
                isOutOfRange = angle.Exponent >= RangeExponent;
                return !isOutOfRange;
        }
    }

    /// <summary>The sine of a rest and a number of quarter turns.</summary>
    private static WideFloat SineOf(in WideFloat rest, int turns, bool negative)
    {
        WideFloat value = (turns & 1) == 0 ? SineOf(rest) : CosineOf(rest);
        return value.WithSign(value.IsNegative ^ negative ^ ((turns & 2) != 0));
    }

    private static WideFloat SineOf(in WideFloat rest) =>
        rest * WideFloat.FromFraction(false, Series.SineRatio((rest * rest).ToFraction()));

    private static WideFloat CosineOf(in WideFloat rest) =>
        WideFloat.FromFraction(false, Series.Cosine((rest * rest).ToFraction()));

    private static WideFloat TangentOf(in WideFloat rest)
    {
        if (rest.Exponent >= TinyExponent)
        {
            return SineOf(rest) / CosineOf(rest);
        }

        // y + y^3/3: the next term is below 2^-160 of this. The one keeps the tangent above its argument.
        UInt128 third = (rest * rest).ToFraction() / 3;
        return rest * new WideFloat(false, 0, HalfOne + (third >> 1) + 1);
    }

    private static WideFloat CotangentOf(in WideFloat rest)
    {
        if (rest.Exponent >= TinyExponent)
        {
            return CosineOf(rest) / SineOf(rest);
        }

        // 1/y - y/3, always below 1/y, which is exact when y is a power of two.
        UInt128 third = (rest * rest).ToFraction() / 3;
        return WideFloat.FromFraction(false, UInt128.MaxValue - third) / rest;
    }
}
