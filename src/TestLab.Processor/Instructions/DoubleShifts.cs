using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>SHLD and SHRD.</summary>
/// <remarks>With 16-bit operands and a count above 16 the result is undefined; here the bits go around through the first operand.</remarks>
internal static unsafe class DoubleShifts
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Shld, Bind<Left>, pure: true);
        table.Bind(Mnemonic.Shrd, Bind<Right>, pure: true);
    }

    private interface IDoubleShift
    {
        static abstract T Apply<T>(CpuState* s, T value, T filler, int count) where T : unmanaged, IBinaryInteger<T>;
    }

    private static void Bind<TShift>(Binding b) where TShift : IDoubleShift
    {
        // The third operand is an immediate or CL; the latter is marked by its offset.
        b.Op->Handler = b.IsMemory(0) ? Forms.ByAddress<OnMemory<TShift>>(b.Size, b.Form) : Forms.ByWidth<OnRegister<TShift>>(b.Size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Count<T>(CpuState* s, Op* op) where T : unmanaged =>
        (op->Third == 8 ? (byte)s->Registers[1] : (int)op->Immediate) & (sizeof(T) == 8 ? 63 : 31);

    private readonly struct Left : IDoubleShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, T value, T filler, int count) where T : unmanaged, IBinaryInteger<T>
        {
            int bits = Number.Bits<T>();
            ulong wide = Number.ZeroExtend(value);
            ulong fill = Number.ZeroExtend(filler);
            bool carry;
            if (sizeof(T) == 2 && count > 16)
            {
                ulong ring = (wide << 32) | (fill << 16) | wide;
                carry = ((ring >> (48 - count)) & 1) != 0;
                wide = ring << count >> 32;
            }
            else
            {
                carry = ((wide >> (bits - count)) & 1) != 0;
                wide = (wide << count) | (fill >> (bits - count));
            }

            T result = Number.Truncate<T>(wide);
            Flags.SetResult(s, result, carry, Number.IsNegative(result) != Number.IsNegative(value));
            return result;
        }
    }

    private readonly struct Right : IDoubleShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, T value, T filler, int count) where T : unmanaged, IBinaryInteger<T>
        {
            int bits = Number.Bits<T>();
            ulong wide = Number.ZeroExtend(value);
            ulong fill = Number.ZeroExtend(filler);
            bool carry;
            if (sizeof(T) == 2 && count > 16)
            {
                ulong ring = (wide << 32) | (fill << 16) | wide;
                carry = ((ring >> (count - 1)) & 1) != 0;
                wide = ring >> count;
            }
            else
            {
                carry = ((wide >> (count - 1)) & 1) != 0;
                wide = (wide >> count) | (fill << (bits - count));
            }

            T result = Number.Truncate<T>(wide);
            Flags.SetResult(s, result, carry, Number.IsNegative(result) != Number.IsNegative(value));
            return result;
        }
    }

    private readonly struct OnRegister<TShift> : IWidthForms where TShift : IDoubleShift
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Apply<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            int count = Count<T>(s, op);
            T value = Registers.Read<T>(s, op->Destination);
            if (count != 0) value = TShift.Apply(s, value, Registers.Read<T>(s, op->Source), count);
            Registers.Write(s, op->Destination, value);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct OnMemory<TShift> : IMemoryForms where TShift : IDoubleShift
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Apply<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Apply<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            T* place = Access.Modify<T>(s, op, TAddress.Of(s, op, sizeof(T), write: true));
            if (place == null) return;
            int count = Count<T>(s, op);
            if (count != 0) *place = TShift.Apply(s, *place, Registers.Read<T>(s, op->Source), count);
            Access.Commit(s, place);
            (op + 1)->Handler(s, op + 1);
        }
    }
}
