namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// The SSE operations on one binary64 lane, as bit patterns, under any MXCSR. They write nothing: the caller ORs
/// <see cref="FloatContext.Reported"/> into MXCSR and drops the value when anything is
/// <see cref="FloatContext.Unmasked"/>.
/// </summary>
public static class Binary64
{
    /// <summary>The default NaN, negative and quiet.</summary>
    public const ulong Indefinite = 0xFFF8000000000000;

    public static ulong Add(ulong first, ulong second, ref FloatContext context) =>
        FloatAddition.Add<Binary64Format, ulong>(Operand(first, context), Operand(second, context), ref context);

    public static ulong Subtract(ulong first, ulong second, ref FloatContext context) =>
        FloatAddition.Subtract<Binary64Format, ulong>(Operand(first, context), Operand(second, context), ref context);

    public static ulong Multiply(ulong first, ulong second, ref FloatContext context) =>
        FloatMultiplication.Multiply<Binary64Format, ulong>(
            Operand(first, context), Operand(second, context), ref context);

    public static ulong Divide(ulong first, ulong second, ref FloatContext context) =>
        FloatMultiplication.Divide<Binary64Format, ulong>(
            Operand(first, context), Operand(second, context), ref context);

    public static ulong SquareRoot(ulong value, ref FloatContext context) =>
        FloatMultiplication.SquareRoot<Binary64Format, ulong>(Operand(value, context), ref context);

    /// <summary>MINSD: the smaller; the second when either is a NaN, or both are zero.</summary>
    public static ulong Minimum(ulong first, ulong second, ref FloatContext context) =>
        Select(first, second, FloatRelation.Less, ref context);

    /// <summary>MAXSD: the larger; the second when either is a NaN, or both are zero.</summary>
    public static ulong Maximum(ulong first, ulong second, ref FloatContext context) =>
        Select(first, second, FloatRelation.Greater, ref context);

    /// <summary>COMISD and the ordering predicates of CMPSD: any NaN is invalid.</summary>
    public static FloatRelation Compare(ulong first, ulong second, ref FloatContext context) =>
        FloatComparison.Compare(Operand(first, context), Operand(second, context), true, ref context);

    /// <summary>UCOMISD and the equality predicates of CMPSD: only a signalling NaN is invalid.</summary>
    public static FloatRelation CompareQuiet(ulong first, ulong second, ref FloatContext context) =>
        FloatComparison.Compare(Operand(first, context), Operand(second, context), false, ref context);

    /// <summary>
    /// ROUNDSD in the mode its immediate or MXCSR names; denormal operands raise nothing of their own.
    /// </summary>
    public static ulong RoundToIntegral(ulong value, RoundingMode mode, ref FloatContext context) =>
        FloatConversion.RoundToIntegral<Binary64Format, ulong>(Operand(value, context), mode, ref context);

    public static ulong FromInt32(int value, ref FloatContext context) =>
        FloatConversion.FromInteger<Binary64Format, ulong>(value, ref context);

    public static ulong FromInt64(long value, ref FloatContext context) =>
        FloatConversion.FromInteger<Binary64Format, ulong>(value, ref context);

    /// <summary>CVTSD2SI: in the context's mode, 0x80000000 when it does not fit.</summary>
    public static int ToInt32(ulong value, ref FloatContext context) => ToInt32(value, context.Rounding, ref context);

    /// <summary>CVTTSD2SI is this with <see cref="RoundingMode.Zero"/>.</summary>
    public static int ToInt32(ulong value, RoundingMode mode, ref FloatContext context) =>
        (int)FloatConversion.ToInteger(Operand(value, context), 32, mode, ref context);

    /// <summary>CVTSD2SI of 64 bits: in the context's mode, 0x8000000000000000 when it does not fit.</summary>
    public static long ToInt64(ulong value, ref FloatContext context) => ToInt64(value, context.Rounding, ref context);

    public static long ToInt64(ulong value, RoundingMode mode, ref FloatContext context) =>
        FloatConversion.ToInteger(Operand(value, context), 64, mode, ref context);

    /// <summary>CVTSD2SS.</summary>
    public static uint ToBinary32(ulong value, ref FloatContext context) =>
        FloatConversion.ToFormat<Binary32Format, uint>(Operand(value, context), ref context);

    private static ulong Select(ulong first, ulong second, FloatRelation wanted, ref FloatContext context) =>
        Flushed(Compare(first, second, ref context) == wanted ? first : second, context);

    private static ulong Flushed(ulong value, in FloatContext context) =>
        context.DenormalsAreZero && FloatOperand.FromBinary64(value).IsDenormal
            ? Binary64Format.Pack(value >> 63 != 0, 0, 0)
            : value;

    private static FloatOperand Operand(ulong value, in FloatContext context) =>
        FloatOperand.FromBinary64(value).WithoutDenormals(context.DenormalsAreZero);
}
