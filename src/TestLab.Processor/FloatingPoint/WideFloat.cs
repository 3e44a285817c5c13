namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// A number of 128 significant bits, <c>Significand / 2^127 * 2^Exponent</c>, for the inside of the transcendental
/// functions. Bit 127 of the significand is set unless the number is zero; results are cut, not rounded, so an
/// operation is wrong by less than 2^-126 of its result.
/// </summary>
internal readonly struct WideFloat(bool isNegative, int exponent, UInt128 significand)
{
    public bool IsNegative => isNegative;

    public int Exponent => exponent;

    public UInt128 Significand => significand;

    public static WideFloat From(in FloatOperand operand) =>
        new(operand.IsNegative, operand.Exponent, (UInt128)operand.Significand << 64);

    public static WideFloat FromInteger(int value) => Normalize(value < 0, 127, (UInt128)(uint)Math.Abs(value));

    /// <summary>A fraction of 128 bits, <c>value / 2^128</c>.</summary>
    public static WideFloat FromFraction(bool isNegative, UInt128 value) => Normalize(isNegative, -1, value);

    /// <summary>Brings the leading bit of the significand to the top.</summary>
    public static WideFloat Normalize(bool isNegative, int exponent, UInt128 significand)
    {
        int shift = (int)UInt128.LeadingZeroCount(significand);
        return new WideFloat(isNegative, exponent - shift, significand << shift);
    }

    public static WideFloat operator *(in WideFloat left, in WideFloat right)
    {
        UInt128 product = Wide.MultiplyHigh(left.Significand, right.Significand);
        bool carries = UInt128.LeadingZeroCount(product) == 0;
        int exponent = left.Exponent + right.Exponent + (carries ? 1 : 0);
        return new WideFloat(left.IsNegative ^ right.IsNegative, exponent, carries ? product : product << 1);
    }

    /// <summary>The quotient of two numbers that are not zero.</summary>
    public static WideFloat operator /(in WideFloat left, in WideFloat right)
    {
        bool isBelow = left.Significand < right.Significand;
        UInt128 numerator = isBelow ? left.Significand : left.Significand >> 1;
        UInt128 quotient = Wide.DivideFraction(numerator, right.Significand);
        int exponent = left.Exponent - right.Exponent - (isBelow ? 1 : 0);
        return new WideFloat(left.IsNegative ^ right.IsNegative, exponent, quotient);
    }

    public static WideFloat operator +(in WideFloat left, in WideFloat right)
    {
        bool leftIsLarger = left.Exponent != right.Exponent
            ? left.Exponent > right.Exponent
            : left.Significand >= right.Significand;
        (WideFloat large, WideFloat small) = leftIsLarger ? (left, right) : (right, left);
        if (small.Significand == 0 || large.Significand == 0)
        {
            return small.Significand == 0 ? large : small;
        }

        int distance = large.Exponent - small.Exponent;
        UInt128 shifted = distance < 128 ? small.Significand >> distance : 0;
        if (large.IsNegative != small.IsNegative)
        {
            return Normalize(large.IsNegative, large.Exponent, large.Significand - shifted);
        }

        UInt128 sum = unchecked(large.Significand + shifted);
        return sum >= shifted
            ? new WideFloat(large.IsNegative, large.Exponent, sum)
            : new WideFloat(large.IsNegative, large.Exponent + 1, (sum >> 1) | (UInt128.One << 127));
    }

    public static WideFloat operator -(in WideFloat value) =>
        new(!value.IsNegative, value.Exponent, value.Significand);

    public WideFloat WithSign(bool negative) => new(negative, exponent, significand);

    /// <summary>The magnitude, which must be below one, as a fraction of 128 bits.</summary>
    public UInt128 ToFraction() => exponent < -128 ? 0 : significand >> (-1 - exponent);

    /// <summary>To a register, as the inexact value that a transcendental result always is.</summary>
    public Float80 Round(ref FloatContext context) =>
        FloatRounding.Round<Float80FullFormat, Float80>(
            isNegative, exponent, (ulong)(significand >> 64), (ulong)significand | 1, ref context);
}
