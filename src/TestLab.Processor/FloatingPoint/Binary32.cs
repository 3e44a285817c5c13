namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// The SSE operations on one binary32 lane, as bit patterns, under any MXCSR. They write nothing: the caller ORs
/// <see cref="FloatContext.Reported"/> into MXCSR and drops the value when anything is
/// <see cref="FloatContext.Unmasked"/>.
/// </summary>
public static class Binary32
{
    /// <summary>The default NaN, negative and quiet.</summary>
    public const uint Indefinite = 0xFFC00000;

    public static uint Add(uint first, uint second, ref FloatContext context) =>
        FloatAddition.Add<Binary32Format, uint>(Operand(first, context), Operand(second, context), ref context);

    public static uint Subtract(uint first, uint second, ref FloatContext context) =>
        FloatAddition.Subtract<Binary32Format, uint>(Operand(first, context), Operand(second, context), ref context);

    public static uint Multiply(uint first, uint second, ref FloatContext context) =>
        FloatMultiplication.Multiply<Binary32Format, uint>(
            Operand(first, context), Operand(second, context), ref context);

    public static uint Divide(uint first, uint second, ref FloatContext context) =>
        FloatMultiplication.Divide<Binary32Format, uint>(
            Operand(first, context), Operand(second, context), ref context);

    public static uint SquareRoot(uint value, ref FloatContext context) =>
        FloatMultiplication.SquareRoot<Binary32Format, uint>(Operand(value, context), ref context);

    /// <summary>MINSS: the smaller; the second when either is a NaN, or both are zero.</summary>
    public static uint Minimum(uint first, uint second, ref FloatContext context) =>
        Select(first, second, FloatRelation.Less, ref context);

    /// <summary>MAXSS: the larger; the second when either is a NaN, or both are zero.</summary>
    public static uint Maximum(uint first, uint second, ref FloatContext context) =>
        Select(first, second, FloatRelation.Greater, ref context);

    /// <summary>COMISS and the ordering predicates of CMPSS: any NaN is invalid.</summary>
    public static FloatRelation Compare(uint first, uint second, ref FloatContext context) =>
        FloatComparison.Compare(Operand(first, context), Operand(second, context), true, ref context);

    /// <summary>UCOMISS and the equality predicates of CMPSS: only a signalling NaN is invalid.</summary>
    public static FloatRelation CompareQuiet(uint first, uint second, ref FloatContext context) =>
        FloatComparison.Compare(Operand(first, context), Operand(second, context), false, ref context);

    /// <summary>
    /// ROUNDSS in the mode its immediate or MXCSR names; denormal operands raise nothing of their own.
    /// </summary>
    public static uint RoundToIntegral(uint value, RoundingMode mode, ref FloatContext context) =>
        FloatConversion.RoundToIntegral<Binary32Format, uint>(Operand(value, context), mode, ref context);

    public static uint FromInt32(int value, ref FloatContext context) =>
        FloatConversion.FromInteger<Binary32Format, uint>(value, ref context);

    public static uint FromInt64(long value, ref FloatContext context) =>
        FloatConversion.FromInteger<Binary32Format, uint>(value, ref context);

    /// <summary>CVTSS2SI: in the context's mode, 0x80000000 when it does not fit.</summary>
    public static int ToInt32(uint value, ref FloatContext context) => ToInt32(value, context.Rounding, ref context);

    /// <summary>CVTTSS2SI is this with <see cref="RoundingMode.Zero"/>.</summary>
    public static int ToInt32(uint value, RoundingMode mode, ref FloatContext context) =>
        (int)FloatConversion.ToInteger(Operand(value, context), 32, mode, ref context);

    /// <summary>CVTSS2SI of 64 bits: in the context's mode, 0x8000000000000000 when it does not fit.</summary>
    public static long ToInt64(uint value, ref FloatContext context) => ToInt64(value, context.Rounding, ref context);

    public static long ToInt64(uint value, RoundingMode mode, ref FloatContext context) =>
        FloatConversion.ToInteger(Operand(value, context), 64, mode, ref context);

    /// <summary>CVTSS2SD.</summary>
    public static ulong ToBinary64(uint value, ref FloatContext context) =>
        FloatConversion.ToFormat<Binary64Format, ulong>(Operand(value, context), ref context);

    private static uint Select(uint first, uint second, FloatRelation wanted, ref FloatContext context) =>
        Flushed(Compare(first, second, ref context) == wanted ? first : second, context);

    private static uint Flushed(uint value, in FloatContext context) =>
        context.DenormalsAreZero && FloatOperand.FromBinary32(value).IsDenormal
            ? Binary32Format.Pack(value >> 31 != 0, 0, 0)
            : value;

    private static FloatOperand Operand(uint value, in FloatContext context) =>
        FloatOperand.FromBinary32(value).WithoutDenormals(context.DenormalsAreZero);
}
