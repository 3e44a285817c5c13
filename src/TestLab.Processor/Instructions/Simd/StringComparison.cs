using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM volume 2, section 4.1).</summary>
internal static unsafe class StringComparison
{
    private const int SignedElements = 2;
    private const int WordElements = 1;
    private const int HighestOrExpanded = 1 << 6;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Pcmpistri, OutOfLineForms<Compare<ImplicitLength, ToIndex>>.BindUnaligned);
        table.Bind(Mnemonic.Pcmpistrm, OutOfLineForms<Compare<ImplicitLength, ToMask>>.BindUnaligned);
        table.Bind(Mnemonic.Pcmpestri, OutOfLineForms<Compare<Length32, ToIndex>>.BindUnaligned);
        table.Bind(Mnemonic.Pcmpestrm, OutOfLineForms<Compare<Length32, ToMask>>.BindUnaligned);
        table.Bind(Mnemonic.Pcmpestri64, OutOfLineForms<Compare<Length64, ToIndex>>.BindUnaligned);
        table.Bind(Mnemonic.Pcmpestrm64, OutOfLineForms<Compare<Length64, ToMask>>.BindUnaligned);
    }

    /// <summary>How many elements of an operand are valid.</summary>
    private interface ILength
    {
        static abstract int Of(byte* text, int control, ulong register);
    }

    /// <summary>Where the bits of the result go.</summary>
    private interface IOutput
    {
        static abstract void Write(CpuState* s, int control, uint bits);
    }

    private readonly struct Compare<TLength, TOutput> : IOutOfLineOperation
        where TLength : struct, ILength where TOutput : struct, IOutput
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            byte* left = (byte*)s + op->Destination;
            int control = (byte)op->Immediate;
            int leftLength = TLength.Of(left, control, s->Rax);
            int rightLength = TLength.Of(right, control, s->Rdx);
            uint aggregate = (control & (SignedElements | WordElements)) switch
            {
                0 => Aggregate(left, leftLength, right, rightLength, control),
                WordElements => Aggregate((ushort*)left, leftLength, (ushort*)right, rightLength, control),
                SignedElements => Aggregate((sbyte*)left, leftLength, (sbyte*)right, rightLength, control),
                _ => Aggregate((short*)left, leftLength, (short*)right, rightLength, control),
            };
            uint bits = Negate(aggregate, rightLength, control);
            int count = Count(control);
            TOutput.Write(s, control, bits);
            Flags.Write(s, (bits != 0 ? Flags.Carry : 0) | (rightLength < count ? Flags.Zero : 0)
                | (leftLength < count ? Flags.Sign : 0) | ((bits & 1) != 0 ? Flags.Overflow : 0));
            return true;
        }
    }

    private static int Count(int control) => (control & WordElements) != 0 ? 8 : 16;

    private static uint Bits(int count) => (1u << count) - 1;

    /// <summary>A bit for each element of the right operand.</summary>
    private static uint Aggregate<T>(T* left, int leftLength, T* right, int rightLength, int control)
        where T : unmanaged
    {
        Vector128<T> text = *(Vector128<T>*)right;
        uint valid = Bits(rightLength);
        uint all = Bits(Vector128<T>.Count);
        switch ((control >> 2) & 3)
        {
            case 0: return IsAny(left, leftLength, text) & valid;
            case 1: return IsInRange(left, leftLength, text) & valid;
            case 2:
                // Two elements that both lie past the ends count as equal.
                uint leftValid = Bits(leftLength);
                uint equal = Vector128.Equals(*(Vector128<T>*)left, text).ExtractMostSignificantBits();
                return (equal & leftValid & valid) | (all & ~leftValid & ~valid);
            default: return StartsAt(left, leftLength, text, valid, all);
        }
    }

    private static uint IsAny<T>(T* set, int length, Vector128<T> text) where T : unmanaged
    {
        Vector128<T> found = Vector128<T>.Zero;
        for (int i = 0; i < length; i++) found |= Vector128.Equals(text, Vector128.Create(set[i]));
        return found.ExtractMostSignificantBits();
    }

    private static uint IsInRange<T>(T* bounds, int length, Vector128<T> text) where T : unmanaged
    {
        Vector128<T> found = Vector128<T>.Zero;
        for (int i = 0; i + 1 < length; i += 2)
        {
            found |= Vector128.GreaterThanOrEqual(text, Vector128.Create(bounds[i]))
                & Vector128.LessThanOrEqual(text, Vector128.Create(bounds[i + 1]));
        }

        return found.ExtractMostSignificantBits();
    }

    /// <summary>Where the left text, as far as the right one's register reaches, is found.</summary>
    private static uint StartsAt<T>(T* left, int length, Vector128<T> text, uint valid, uint all) where T : unmanaged
    {
        uint found = all;
        for (int i = 0; i < length; i++)
        {
            uint equal = Vector128.Equals(text, Vector128.Create(left[i])).ExtractMostSignificantBits() & valid;
            found &= (equal >> i) | (all & ~(all >> i));
        }

        return found;
    }

    private static uint Negate(uint bits, int rightLength, int control) => ((control >> 4) & 3) switch
    {
        1 => bits ^ Bits(Count(control)),
        3 => bits ^ Bits(rightLength),
        _ => bits,
    };

    /// <summary>Up to the first element that is zero.</summary>
    private readonly struct ImplicitLength : ILength
    {
        public static int Of(byte* text, int control, ulong register)
        {
            uint zeros = (control & WordElements) != 0
                ? Vector128.Equals(*(Vector128<ushort>*)text, Vector128<ushort>.Zero).ExtractMostSignificantBits()
                : Vector128.Equals(*(Vector128<byte>*)text, Vector128<byte>.Zero).ExtractMostSignificantBits();
            return Math.Min(BitOperations.TrailingZeroCount(zeros), Count(control));
        }
    }

    /// <summary>The magnitude of the register, at most the whole operand.</summary>
    private readonly struct Length32 : ILength
    {
        public static int Of(byte* text, int control, ulong register) =>
            Length64.Of(text, control, (ulong)(int)register);
    }

    private readonly struct Length64 : ILength
    {
        public static int Of(byte* text, int control, ulong register) =>
            (int)Math.Min((long)register < 0 ? 0 - register : register, (ulong)Count(control));
    }

    private readonly struct ToIndex : IOutput
    {
        public static void Write(CpuState* s, int control, uint bits)
        {
            int none = Count(control);
            bool highest = (control & HighestOrExpanded) != 0;
            s->Rcx = (ulong)(bits == 0 ? none : highest ? BitOperations.Log2(bits)
                : BitOperations.TrailingZeroCount(bits));
        }
    }

    private readonly struct ToMask : IOutput
    {
        public static void Write(CpuState* s, int control, uint bits)
        {
            ulong* result = (ulong*)s->Xmm;
            (result[0], result[1]) = (bits, 0);
            if ((control & HighestOrExpanded) == 0) return;
            int size = 16 / Count(control);
            for (int i = 0; i < 16; i++) s->Xmm[i] = (bits >> (i / size) & 1) != 0 ? byte.MaxValue : byte.MinValue;
        }
    }
}
