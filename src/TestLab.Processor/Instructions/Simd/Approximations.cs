using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// RCPSS, RCPPS, RSQRTSS, RSQRTPS by a rule of our own: hosts differ, and the manual only bounds the error.
/// </summary>
/// <remarks>
/// The result is the exact one rounded to 12 significant bits, halves away from zero: a relative error of 2^-12 at most,
/// where 1.5 * 2^-12 is allowed. Denormal operands count as zero, tiny results become zero, MXCSR plays no part.
/// </remarks>
internal static unsafe class Approximations
{
    private const uint Sign = 0x8000_0000;
    private const uint Infinity = 0x7F80_0000;
    private const uint QuietBit = 0x0040_0000;
    private const uint Indefinite = 0xFFC0_0000;
    private const int FractionBits = 23;
    private const int Bias = 127;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Rcpss, OutOfLineForms<Lanes<ReciprocalOf, One>>.Bind);
        table.Bind(Mnemonic.Rcpps, OutOfLineForms<Lanes<ReciprocalOf, Four>>.Bind);
        table.Bind(Mnemonic.Rsqrtss, OutOfLineForms<Lanes<ReciprocalRootOf, One>>.Bind);
        table.Bind(Mnemonic.Rsqrtps, OutOfLineForms<Lanes<ReciprocalRootOf, Four>>.Bind);
    }

    public static uint Reciprocal(uint value)
    {
        uint sign = value & Sign;
        uint magnitude = value & ~Sign;
        if (magnitude > Infinity) return value | QuietBit;
        if (magnitude == Infinity) return sign;
        int exponent = (int)(magnitude >> FractionBits);
        if (exponent == 0) return sign | Infinity;

        // 2^35 / significand lies between 2^11 and 2^12; one bit more, to round by.
        uint significand = Significand(magnitude);
        uint quotient = (uint)(((1UL << 36) / significand + 1) >> 1);
        return sign | Compose(2 * Bias - 1 - exponent, quotient);
    }

    public static uint ReciprocalRoot(uint value)
    {
        uint sign = value & Sign;
        uint magnitude = value & ~Sign;
        if (magnitude > Infinity) return value | QuietBit;
        int exponent = (int)(magnitude >> FractionBits) - Bias;
        if (exponent == -Bias) return sign | Infinity;
        if (sign != 0) return Indefinite;
        if (magnitude == Infinity) return 0;

        // The exponent is made even; then 2^12 times the root of 2^23 / significand lies between 2^11 and 2^12.
        uint significand = Significand(magnitude) << (exponent & 1);
        ulong square = (1UL << 49) / significand;
        uint root = ((uint)Math.Sqrt(square) + 1) >> 1; // The host's root of a small integer, cut, is exact.
        return Compose(Bias - 1 - (exponent >> 1), root);
    }

    private static uint Significand(uint magnitude) => (magnitude & ((1u << FractionBits) - 1)) | (1u << FractionBits);

    /// <summary>
    /// A number of 12 significant bits, 2^11 to 2^12, at a biased exponent; zero where that is too small.
    /// </summary>
    private static uint Compose(int exponent, uint significand)
    {
        long bits = ((long)exponent << FractionBits) + ((long)(significand - (1u << 11)) << 12);
        return bits < 1 << FractionBits ? 0 : (uint)bits;
    }

    private interface IApproximation
    {
        static abstract uint Of(uint value);
    }

    private interface ICount
    {
        static abstract int Value { get; }
    }

    private readonly struct ReciprocalOf : IApproximation
    {
        public static uint Of(uint value) => Reciprocal(value);
    }

    private readonly struct ReciprocalRootOf : IApproximation
    {
        public static uint Of(uint value) => ReciprocalRoot(value);
    }

    private readonly struct One : ICount
    {
        public static int Value => 1;
    }

    private readonly struct Four : ICount
    {
        public static int Value => 4;
    }

    private readonly struct Lanes<TApproximation, TCount> : IOutOfLineOperation
        where TApproximation : struct, IApproximation where TCount : struct, ICount
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            uint* destination = (uint*)((byte*)s + op->Destination);
            for (int i = 0; i < TCount.Value; i++) destination[i] = TApproximation.Of(((uint*)right)[i]);
            return true;
        }
    }
}
