using System.Runtime.CompilerServices;
using System.Numerics;
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
            uint bits = Negate(Aggregate(left, leftLength, right, rightLength, control), rightLength, control);
            int count = Count(control);
            TOutput.Write(s, control, bits);
            Flags.Write(s, (bits != 0 ? Flags.Carry : 0) | (rightLength < count ? Flags.Zero : 0)
                | (leftLength < count ? Flags.Sign : 0) | ((bits & 1) != 0 ? Flags.Overflow : 0));
            return true;
        }
    }

    private static int Count(int control) => (control & WordElements) != 0 ? 8 : 16;

    private static int Element(byte* text, int i, int control) => (control & (SignedElements | WordElements)) switch
    {
        0 => text[i],
        WordElements => ((ushort*)text)[i],
        SignedElements => ((sbyte*)text)[i],
        _ => ((short*)text)[i],
    };

    private static uint Aggregate(byte* left, int leftLength, byte* right, int rightLength, int control)
    {
        uint bits = 0;
        for (int i = 0; i < Count(control); i++)
        {
            bool set = ((control >> 2) & 3) switch
            {
                0 => i < rightLength && IsAny(left, leftLength, Element(right, i, control), control),
                1 => i < rightLength && IsInRange(left, leftLength, Element(right, i, control), control),
                2 => i < leftLength && i < rightLength
                    ? Element(left, i, control) == Element(right, i, control)
                    : i >= leftLength && i >= rightLength,
                _ => StartsAt(i, left, leftLength, right, rightLength, control),
            };
            if (set) bits |= 1u << i;
        }

        return bits;
    }

    private static bool IsAny(byte* set, int length, int element, int control)
    {
        for (int i = 0; i < length; i++)
        {
            if (Element(set, i, control) == element) return true;
        }

        return false;
    }

    private static bool IsInRange(byte* bounds, int length, int element, int control)
    {
        for (int i = 0; i + 1 < length; i += 2)
        {
            if (Element(bounds, i, control) <= element && element <= Element(bounds, i + 1, control)) return true;
        }

        return false;
    }

    /// <summary>Whether the left text, as far as the right one's register reaches, is found at the place.</summary>
    private static bool StartsAt(int start, byte* left, int leftLength, byte* right, int rightLength, int control)
    {
        for (int i = 0; i < leftLength && start + i < Count(control); i++)
        {
            if (start + i >= rightLength || Element(left, i, control) != Element(right, start + i, control)) return false;
        }

        return true;
    }

    private static uint Negate(uint bits, int rightLength, int control) => ((control >> 4) & 3) switch
    {
        1 => bits ^ ((1u << Count(control)) - 1),
        3 => bits ^ ((1u << rightLength) - 1),
        _ => bits,
    };

    /// <summary>Up to the first element that is zero.</summary>
    private readonly struct ImplicitLength : ILength
    {
        public static int Of(byte* text, int control, ulong register)
        {
            int length = 0;
            while (length < Count(control) && Element(text, length, control) != 0) length++;
            return length;
        }
    }

    /// <summary>The magnitude of the register, at most the whole operand.</summary>
    private readonly struct Length32 : ILength
    {
        public static int Of(byte* text, int control, ulong register) => Length64.Of(text, control, (ulong)(int)register);
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
            s->Rcx = (ulong)(bits == 0 ? none : highest ? BitOperations.Log2(bits) : BitOperations.TrailingZeroCount(bits));
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
