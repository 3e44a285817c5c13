using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>MUL, IMUL, DIV, IDIV.</summary>
/// <remarks>After a multiplication SF, ZF and PF, undefined, are those of the low half; AF is clear. Division leaves all flags.</remarks>
internal static unsafe class MultiplyDivide
{
    private const ushort Accumulator = 0;
    private const ushort Data = 16; // RDX.

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Mul, Bind<UnsignedMultiply>, pure: true);
        table.Bind(Mnemonic.Imul, BindSigned, pure: true);
        table.Bind(Mnemonic.Div, Bind<UnsignedDivide>);
        table.Bind(Mnemonic.Idiv, Bind<SignedDivide>);
    }

    /// <summary>An operation of the accumulator pair with one operand.</summary>
    private interface IAccumulatorOperation
    {
        /// <returns>False for the divide error, with nothing changed.</returns>
        static abstract bool Apply<T>(CpuState* s, T operand) where T : unmanaged, IBinaryInteger<T>;
    }

    private static void Bind<TOperation>(Binding b) where TOperation : IAccumulatorOperation => b.Op->Handler = b.IsMemory(0)
        ? Forms.ByAddress<OnMemory<TOperation>>(b.Size, b.Form) : Forms.ByWidth<OnRegister<TOperation>>(b.Size);

    private static void BindSigned(Binding b)
    {
        switch (b.Instruction.OpCount)
        {
            case 1: Bind<SignedMultiply>(b); break;
            case 2: b.Op->Handler = b.IsMemory(1) ? Forms.ByAddress<ByMemory>(b.Size, b.Form) : Forms.ByWidth<ByRegister>(b.Size); break;
            default:
                b.Op->Handler = b.IsMemory(1)
                    ? Forms.ByAddress<MemoryByImmediate>(b.Size, b.Form) : Forms.ByWidth<RegisterByImmediate>(b.Size);
                break;
        }
    }

    private readonly struct UnsignedMultiply : IAccumulatorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Apply<T>(CpuState* s, T operand) where T : unmanaged, IBinaryInteger<T>
        {
            ulong left = Number.ZeroExtend(Registers.Read<T>(s, Accumulator));
            ulong right = Number.ZeroExtend(operand);
            ulong low = left * right;
            ulong high = sizeof(T) == 8 ? Math.BigMul(left, right, out _) : low >> (8 * sizeof(T) & 63);
            StoreProduct<T>(s, low, high);
            bool wide = Number.ZeroExtend(Number.Truncate<T>(high)) != 0;
            Flags.SetResult(s, Number.Truncate<T>(low), wide, wide);
            return true;
        }
    }

    private readonly struct SignedMultiply : IAccumulatorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Apply<T>(CpuState* s, T operand) where T : unmanaged, IBinaryInteger<T>
        {
            long left = Number.SignExtend(Registers.Read<T>(s, Accumulator));
            long right = Number.SignExtend(operand);
            ulong low = unchecked((ulong)(left * right));
            ulong high = sizeof(T) == 8 ? SignedHigh(left, right) : low >> (8 * sizeof(T) & 63);
            StoreProduct<T>(s, low, high);
            T result = Number.Truncate<T>(low);
            bool wide = Number.SignExtend(Number.Truncate<T>(high)) != Number.SignExtend(result) >> 63;
            Flags.SetResult(s, result, wide, wide);
            return true;
        }
    }

    private readonly struct UnsignedDivide : IAccumulatorOperation
    {
        public static bool Apply<T>(CpuState* s, T operand) where T : unmanaged, IBinaryInteger<T>
        {
            ulong divisor = Number.ZeroExtend(operand);
            if (divisor == 0) return false;
            if (sizeof(T) == 8)
            {
                if (s->Registers[2] >= divisor) return false;
                if (s->Registers[2] == 0)
                {
                    (s->Registers[0], s->Registers[2]) = (s->Registers[0] / divisor, s->Registers[0] % divisor);
                    return true;
                }

                UInt128 wide = new(s->Registers[2], s->Registers[0]);
                UInt128 quotient128 = wide / divisor;
                s->Registers[2] = (ulong)(wide - quotient128 * divisor);
                s->Registers[0] = (ulong)quotient128;
                return true;
            }

            ulong dividend = Dividend<T>(s);
            ulong quotient = dividend / divisor;
            if (quotient != Number.ZeroExtend(Number.Truncate<T>(quotient))) return false;
            StoreQuotient<T>(s, quotient, dividend % divisor);
            return true;
        }
    }

    private readonly struct SignedDivide : IAccumulatorOperation
    {
        public static bool Apply<T>(CpuState* s, T operand) where T : unmanaged, IBinaryInteger<T>
        {
            long divisor = Number.SignExtend(operand);
            if (divisor == 0) return false;
            if (sizeof(T) == 8)
            {
                Int128 wide = new(s->Registers[2], s->Registers[0]);
                Int128 quotient128 = wide / divisor;
                if (quotient128 < long.MinValue || quotient128 > long.MaxValue) return false;
                s->Registers[2] = (ulong)(wide - quotient128 * divisor);
                s->Registers[0] = (ulong)quotient128;
                return true;
            }

            int spare = 64 - 16 * sizeof(T);
            long dividend = (long)(Dividend<T>(s) << spare) >> spare;
            if (dividend == long.MinValue && divisor == -1) return false; // The host would trap, and the quotient is too wide.
            long quotient = dividend / divisor;
            if (quotient != Number.SignExtend(Number.Truncate<T>((ulong)quotient))) return false;
            StoreQuotient<T>(s, (ulong)quotient, (ulong)(dividend % divisor));
            return true;
        }
    }

    private static ulong SignedHigh(long left, long right)
    {
        long high = Math.BigMul(left, right, out _);
        return (ulong)high;
    }

    /// <summary>AX, DX:AX or EDX:EAX.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Dividend<T>(CpuState* s) where T : unmanaged => sizeof(T) switch
    {
        1 => (ushort)s->Registers[0],
        2 => ((ulong)(ushort)s->Registers[2] << 16) | (ushort)s->Registers[0],
        _ => (s->Registers[2] << 32) | (uint)s->Registers[0],
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreProduct<T>(CpuState* s, ulong low, ulong high) where T : unmanaged
    {
        if (sizeof(T) == 1)
        {
            Registers.Write(s, Accumulator, (ushort)low);
            return;
        }

        Registers.Write(s, Accumulator, Number.Truncate<T>(low));
        Registers.Write(s, Data, Number.Truncate<T>(high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuotient<T>(CpuState* s, ulong quotient, ulong remainder) where T : unmanaged
    {
        Registers.Write(s, Accumulator, Number.Truncate<T>(quotient));
        Registers.Write(s, sizeof(T) == 1 ? (ushort)1 : Data, Number.Truncate<T>(remainder)); // AH, or the data register.
    }

    /// <summary>The forms of IMUL that keep the low half only; CF and OF tell whether that loses anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Truncated<T>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T>
    {
        long wideLeft = Number.SignExtend(left);
        long wideRight = Number.SignExtend(right);
        long low = unchecked(wideLeft * wideRight);
        T result = Number.Truncate<T>((ulong)low);
        bool wide = sizeof(T) == 8
            ? (long)SignedHigh(wideLeft, wideRight) != low >> 63
            : Number.SignExtend(result) != low;
        Flags.SetResult(s, result, wide, wide);
        return result;
    }

    private readonly struct OnRegister<TOperation> : IWidthForms where TOperation : IAccumulatorOperation
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Handle<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            if (!Apply(s, op, Registers.Read<T>(s, op->Destination))) return;
            (op + 1)->Handler(s, op + 1);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static bool Apply<T>(CpuState* s, Op* op, T operand) where T : unmanaged, IBinaryInteger<T>
        {
            if (TOperation.Apply(s, operand)) return true;
            Faults.Raise(s, op, Vectors.DivideError, 0);
            return false;
        }
    }

    private readonly struct OnMemory<TOperation> : IMemoryForms where TOperation : IAccumulatorOperation
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
            if (place == null) return;
            if (!Apply(s, op, *place)) return;
            (op + 1)->Handler(s, op + 1);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static bool Apply<T>(CpuState* s, Op* op, T operand) where T : unmanaged, IBinaryInteger<T>
        {
            if (TOperation.Apply(s, operand)) return true;
            Faults.Raise(s, op, Vectors.DivideError, 0);
            return false;
        }
    }

    private readonly struct ByRegister : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Handle<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            Multiply<T>(s, op, Registers.Read<T>(s, op->Destination), Registers.Read<T>(s, op->Source));
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct ByMemory : IMemoryForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
            if (place == null) return;
            Multiply<T>(s, op, Registers.Read<T>(s, op->Destination), *place);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct RegisterByImmediate : IWidthForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Handle<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            Multiply<T>(s, op, Registers.Read<T>(s, op->Source), *(T*)&op->Immediate);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct MemoryByImmediate : IMemoryForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
            if (place == null) return;
            Multiply<T>(s, op, *place, *(T*)&op->Immediate);
            (op + 1)->Handler(s, op + 1);
        }
    }

    /// <summary>Apart from the handlers: the wide product goes through an address of a local.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Multiply<T>(CpuState* s, Op* op, T left, T right) where T : unmanaged, IBinaryInteger<T> =>
        Registers.Write(s, op->Destination, Truncated(s, left, right));
}
