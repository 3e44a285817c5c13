using System.Numerics;

namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// Loads into x87 registers and stores out of them. The caller asks <see cref="FloatContext.SuppressesLoad"/> and
/// <see cref="FloatContext.SuppressesStore"/> before it does the one or the other.
/// </summary>
public static class Float80Conversion
{
    /// <summary>FLD m32: exact; a signalling NaN is invalid, a denormal raises its exception but is loaded.</summary>
    public static Float80 FromBinary32(uint bits, ref FloatContext context) =>
        Load(FloatOperand.FromBinary32(bits), ref context);

    /// <summary>FLD m64: exact; a signalling NaN is invalid, a denormal raises its exception but is loaded.</summary>
    public static Float80 FromBinary64(ulong bits, ref FloatContext context) =>
        Load(FloatOperand.FromBinary64(bits), ref context);

    /// <summary>FILD of any width: exact.</summary>
    public static Float80 FromInteger(long value)
    {
        if (value == 0)
        {
            return Float80.Zero;
        }

        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        int shift = BitOperations.LeadingZeroCount(magnitude);
        return Float80.Pack(value < 0, Float80.Bias + 63 - shift, magnitude << shift);
    }

    /// <summary>FST m32. Precision control has no say, and a denormal source raises nothing of its own.</summary>
    public static uint ToBinary32(Float80 value, ref FloatContext context) =>
        Store<Binary32Format, uint>(value, ref context);

    /// <summary>FST m64. Precision control has no say, and a denormal source raises nothing of its own.</summary>
    public static ulong ToBinary64(Float80 value, ref FloatContext context) =>
        Store<Binary64Format, ulong>(value, ref context);

    /// <summary>FIST m16; FISTTP m16 with <see cref="RoundingMode.Zero"/>.</summary>
    public static short ToInt16(Float80 value, RoundingMode mode, ref FloatContext context) =>
        (short)FloatConversion.ToInteger(value, 16, mode, ref context);

    /// <summary>FIST m32; FISTTP m32 with <see cref="RoundingMode.Zero"/>.</summary>
    public static int ToInt32(Float80 value, RoundingMode mode, ref FloatContext context) =>
        (int)FloatConversion.ToInteger(value, 32, mode, ref context);

    /// <summary>FISTP m64; FISTTP m64 with <see cref="RoundingMode.Zero"/>.</summary>
    public static long ToInt64(Float80 value, RoundingMode mode, ref FloatContext context) =>
        FloatConversion.ToInteger(value, 64, mode, ref context);

    private static Float80 Load(in FloatOperand operand, ref FloatContext context)
    {
        if (operand.IsDenormal)
        {
            context.Raise(FloatExceptions.Denormal);
        }

        return FloatConversion.ToFormat<Float80FullFormat, Float80>(operand.AsNormal(), ref context);
    }

    private static TBits Store<TFormat, TBits>(in FloatOperand operand, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        TBits result = FloatConversion.ToFormat<TFormat, TBits>(operand.AsNormal(), ref context);
        if (context.SuppressesStore)
        {
            // What is not stored was not rounded either.
            context.Raised &= ~FloatExceptions.Inexact;
            context.RoundedUp = false;
        }

        return result;
    }
}
