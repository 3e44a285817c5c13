using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>SHL, SHR, SAR, ROL, ROR, RCL, RCR.</summary>
/// <remarks>
/// A count of zero, after masking, changes no flag. OF is defined for a count of one only; for others it follows the
/// same formula on the result. AF, undefined, is cleared by the shifts.
/// </remarks>
internal static unsafe class Shifts
{
    private const ushort CounterLow = 8; // CL.

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Shl, Bind<Left>, pure: true);
        table.Bind(Mnemonic.Sal, Bind<Left>, pure: true);
        table.Bind(Mnemonic.Shr, Bind<Right>, pure: true);
        table.Bind(Mnemonic.Sar, Bind<ArithmeticRight>, pure: true);
        table.Bind(Mnemonic.Rol, Bind<RotateLeft>, pure: true);
        table.Bind(Mnemonic.Ror, Bind<RotateRight>, pure: true);
        table.Bind(Mnemonic.Rcl, Bind<RotateLeftThroughCarry>, pure: true);
        table.Bind(Mnemonic.Rcr, Bind<RotateRightThroughCarry>, pure: true);
    }

    private interface IShift
    {
        /// <param name="s">The state, for carry and flags.</param>
        /// <param name="value">The operand.</param>
        /// <param name="count">1 to 31, or to 63 for 64 bits.</param>
        static abstract T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode;
    }

    private static void Bind<TShift>(Binding b) where TShift : IShift
    {
        if (b.FlagsLive) Bind<TShift, LiveFlags>(b);
        else Bind<TShift, DeadFlags>(b);
    }

    private static void Bind<TShift, TFlags>(Binding b) where TShift : IShift where TFlags : IFlagMode
    {
        if (b.IsRegister(1)) b.Op->Handler = Bind<TShift, TFlags, ByCounter>(b);
        else b.Op->Handler = Bind<TShift, TFlags, ByImmediate>(b);
    }

    private static delegate*<CpuState*, Op*, void> Bind<TShift, TFlags, TCount>(Binding b)
        where TShift : IShift where TFlags : IFlagMode where TCount : ICount =>
        b.IsMemory(0) ? Forms.ByAddress<ModifyForms<OnMemory<TShift, TFlags, TCount>>>(b.Size, b.Form)
            : Forms.ByWidth<OnRegister<TShift, TFlags, TCount>>(b.Size);

    private interface ICount
    {
        static abstract int Of(CpuState* s, Op* op);
    }

    private readonly struct ByCounter : ICount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Of(CpuState* s, Op* op) => *((byte*)s + CounterLow);
    }

    private readonly struct ByImmediate : ICount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Of(CpuState* s, Op* op) => (int)op->Immediate;
    }

    private readonly struct Left : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            ulong wide = Number.ZeroExtend(value);
            T result = Number.Truncate<T>(wide << count);
            if (!TFlags.IsLive) return result;
            int outBit = Number.Bits<T>() - count;
            bool carry = outBit >= 0 && ((wide >> outBit) & 1) != 0;
            Flags.SetResult(s, result, carry, carry != Number.IsNegative(result));
            return result;
        }
    }

    private readonly struct Right : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            ulong wide = Number.ZeroExtend(value);
            T result = Number.Truncate<T>(wide >> count);
            if (TFlags.IsLive) Flags.SetResult(s, result, ((wide >> (count - 1)) & 1) != 0, Number.IsNegative(value));
            return result;
        }
    }

    private readonly struct ArithmeticRight : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            long wide = Number.SignExtend(value);
            T result = Number.Truncate<T>((ulong)(wide >> count));
            if (TFlags.IsLive) Flags.SetResult(s, result, ((wide >> (count - 1)) & 1) != 0, overflow: false);
            return result;
        }
    }

    private readonly struct RotateLeft : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = T.RotateLeft(value, count & (Number.Bits<T>() - 1));
            bool carry = (Number.ZeroExtend(result) & 1) != 0;
            if (TFlags.IsLive) Flags.SetCarryOverflow(s, carry, carry != Number.IsNegative(result));
            return result;
        }
    }

    private readonly struct RotateRight : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = T.RotateRight(value, count & (Number.Bits<T>() - 1));
            bool carry = Number.IsNegative(result);
            if (TFlags.IsLive) Flags.SetCarryOverflow(s, carry, carry != (Number.SignExtend(result << 1) < 0));
            return result;
        }
    }

    private readonly struct RotateLeftThroughCarry : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            count %= Number.Bits<T>() + 1;
            ulong wide = Number.ZeroExtend(value);
            bool carry = Flags.IsCarry(s);
            if (count != 0)
            {
                ulong carryIn = carry ? 1UL : 0;
                carry = ((wide >> (Number.Bits<T>() - count)) & 1) != 0;
                // The part that went around lies one place lower than in a plain rotation; a shift by 64 gives nothing.
                wide = (wide << count) | (carryIn << (count - 1)) | (wide >> (Number.Bits<T>() - count) >> 1);
            }

            T result = Number.Truncate<T>(wide);
            if (TFlags.IsLive) Flags.SetCarryOverflow(s, carry, carry != Number.IsNegative(result));
            return result;
        }
    }

    private readonly struct RotateRightThroughCarry : IShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value, int count) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            count %= Number.Bits<T>() + 1;
            ulong wide = Number.ZeroExtend(value);
            bool carry = Flags.IsCarry(s);
            if (count != 0)
            {
                ulong carryIn = carry ? 1UL : 0;
                carry = ((wide >> (count - 1)) & 1) != 0;
                wide = (wide >> count) | (carryIn << (Number.Bits<T>() - count)) | (wide << (Number.Bits<T>() - count) << 1);
            }

            T result = Number.Truncate<T>(wide);
            if (TFlags.IsLive)
                Flags.SetCarryOverflow(s, carry, Number.IsNegative(result) != (Number.SignExtend(result << 1) < 0));
            return result;
        }
    }

    private readonly struct OnRegister<TShift, TFlags, TCount> : IWidthForms
        where TShift : IShift where TFlags : IFlagMode where TCount : ICount
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Apply<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            int count = TCount.Of(s, op) & (sizeof(T) == 8 ? 63 : 31);
            T value = Registers.Read<T>(s, op->Destination);
            if (count != 0) value = TShift.Apply<T, TFlags>(s, value, count);
            Registers.Write(s, op->Destination, value);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct OnMemory<TShift, TFlags, TCount> : IModifier
        where TShift : IShift where TFlags : IFlagMode where TCount : ICount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Change<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>
        {
            int count = TCount.Of(s, op) & (sizeof(T) == 8 ? 63 : 31);
            return count != 0 ? TShift.Apply<T, TFlags>(s, value, count) : value;
        }
    }
}
