using System.Runtime.InteropServices;

namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// An x87 register: the double extended format, whose integer bit (63 of <see cref="Significand"/>) is explicit.
/// Any pattern may occur, those included that the FPU itself never makes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Float80(ulong Significand, ushort SignExponent)
{
    internal const int Bias = 16383;
    internal const int MaximumBiasedExponent = 0x7FFF;
    internal const ulong IntegerBit = 1UL << 63;
    internal const ulong QuietBit = 1UL << 62;

    public static Float80 Zero => default;

    public static Float80 One => new(IntegerBit, Bias);

    /// <summary>
    /// The default NaN, "real indefinite": the answer to an invalid operation without a NaN operand.
    /// </summary>
    public static Float80 Indefinite => new(IntegerBit | QuietBit, 0xFFFF);

    public bool IsNegative => (SignExponent & 0x8000) != 0;

    public int BiasedExponent => SignExponent & MaximumBiasedExponent;

    /// <summary>What FXAM sees; a pseudo-denormal is a denormal.</summary>
    public FloatClass Class => FloatOperand.From(this).Class;

    /// <summary>FCHS: the other sign, whatever the value.</summary>
    public Float80 Negate() => this with { SignExponent = (ushort)(SignExponent ^ 0x8000) };

    /// <summary>FABS: the positive sign, whatever the value.</summary>
    public Float80 Absolute() => this with { SignExponent = (ushort)(SignExponent & 0x7FFF) };

    public static Float80 Infinity(bool negative) => Pack(negative, MaximumBiasedExponent, IntegerBit);

    internal static Float80 Pack(bool negative, int biasedExponent, ulong significand) =>
        new(significand, (ushort)(biasedExponent | (negative ? 0x8000 : 0)));
}
