using System.Numerics;

namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// A decoded operand, the same for all formats. Finite and not zero, it is
/// <c>Significand / 2^63 * 2^Exponent</c> with bit 63 of the significand set. A NaN's payload is left-aligned below
/// bit 63, so bit 62 is the quiet bit and a change of format is a change of length. The class is that of the format
/// it came from: a binary32 denormal stays a denormal operand to an x87 instruction that reads it from memory.
/// </summary>
public readonly struct FloatOperand
{
    private FloatOperand(bool isNegative, FloatClass floatClass, int exponent, ulong significand)
    {
        IsNegative = isNegative;
        Class = floatClass;
        Exponent = exponent;
        Significand = significand;
    }

    public ulong Significand { get; }

    public int Exponent { get; }

    public FloatClass Class { get; }

    public bool IsNegative { get; }

    internal bool IsNaN => Class >= FloatClass.QuietNaN;

    internal bool IsInfinity => Class == FloatClass.Infinity;

    internal bool IsZero => Class == FloatClass.Zero;

    internal bool IsDenormal => Class == FloatClass.Denormal;

    public static implicit operator FloatOperand(Float80 value) => From(value);

    public static FloatOperand From(Float80 value)
    {
        ulong significand = value.Significand;
        int biased = value.BiasedExponent;
        bool negative = value.IsNegative;
        if (biased == 0)
        {
            return FromSubnormal(negative, 1 - Float80.Bias, significand);
        }

        if ((significand & Float80.IntegerBit) == 0)
        {
            return new FloatOperand(negative, FloatClass.Unsupported, 0, significand);
        }

        return biased == Float80.MaximumBiasedExponent
            ? FromSpecial(negative, significand)
            : new FloatOperand(negative, FloatClass.Normal, biased - Float80.Bias, significand);
    }

    public static FloatOperand FromBinary32(uint bits) =>
        FromInterchange((bits >> 31) != 0, (int)(bits >> 23) & 0xFF, 0xFF, (ulong)bits << 40);

    public static FloatOperand FromBinary64(ulong bits) =>
        FromInterchange((bits >> 63) != 0, (int)(bits >> 52) & 0x7FF, 0x7FF, bits << 11);

    public static FloatOperand FromInteger(long value) =>
        FromSubnormal(value < 0, 63, value < 0 ? 0 - (ulong)value : (ulong)value).AsNormal();

    internal static FloatOperand FromNormal(bool negative, int exponent, ulong significand) =>
        new(negative, FloatClass.Normal, exponent, significand);

    internal static FloatOperand FromZero(bool negative) => new(negative, FloatClass.Zero, 0, 0);

    internal FloatOperand WithSign(bool negative) => new(negative, Class, Exponent, Significand);

    internal FloatOperand Negated() => WithSign(!IsNegative);

    /// <summary>MXCSR.DAZ: zero in place of a denormal.</summary>
    internal FloatOperand WithoutDenormals(bool denormalsAreZero) =>
        denormalsAreZero & IsDenormal ? FromZero(IsNegative) : this;

    /// <summary>The operand without the mark of a denormal, for what counts no denormals.</summary>
    internal FloatOperand AsNormal() =>
        IsDenormal ? new FloatOperand(IsNegative, FloatClass.Normal, Exponent, Significand) : this;

    private static FloatOperand FromInterchange(bool negative, int biased, int maximumBiased, ulong fraction)
    {
        if (biased == 0)
        {
            return FromSubnormal(negative, 1 - (maximumBiased >> 1), fraction & ~Float80.IntegerBit);
        }

        ulong significand = fraction | Float80.IntegerBit;
        return biased == maximumBiased
            ? FromSpecial(negative, significand)
            : new FloatOperand(negative, FloatClass.Normal, biased - (maximumBiased >> 1), significand);
    }

    private static FloatOperand FromSubnormal(bool negative, int exponent, ulong significand)
    {
        if (significand == 0)
        {
            return FromZero(negative);
        }

        int shift = BitOperations.LeadingZeroCount(significand);
        return new FloatOperand(negative, FloatClass.Denormal, exponent - shift, significand << shift);
    }

    private static FloatOperand FromSpecial(bool negative, ulong significand)
    {
        FloatClass floatClass = (significand << 1) == 0
            ? FloatClass.Infinity
            : (significand & Float80.QuietBit) != 0 ? FloatClass.QuietNaN : FloatClass.SignallingNaN;
        return new FloatOperand(negative, floatClass, 0, significand);
    }
}
