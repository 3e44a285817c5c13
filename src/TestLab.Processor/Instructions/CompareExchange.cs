using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B. One processor runs at a time, so LOCK asks nothing more.</summary>
internal static unsafe class CompareExchange
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Xadd, Bind<ExchangeAdd>, pure: true);
        table.Bind(Mnemonic.Cmpxchg, Bind<Exchange>, pure: true);
        table.Bind(Mnemonic.Cmpxchg8b, b => b.Op->Handler = Forms.ByAddress<WideForms, uint>(b.Form));
        table.Bind(Mnemonic.Cmpxchg16b, b => b.Op->Handler = Forms.ByAddress<WideForms, ulong>(b.Form));
    }

    private interface IExchange
    {
        /// <summary>Sets flags and the registers that receive the old value; gives the value to store.</summary>
        static abstract T Apply<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>;
    }

    private static void Bind<TExchange>(Binding b) where TExchange : IExchange => b.Op->Handler = b.IsMemory(0)
        ? Forms.ByAddress<OnMemory<TExchange>>(b.Size, b.Form) : Forms.ByWidth<OnRegister<TExchange>>(b.Size);

    private readonly struct ExchangeAdd : IExchange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>
        {
            T addend = Registers.Read<T>(s, op->Source);
            T result = unchecked(value + addend);
            Flags.SetSum(s, value, addend, result);
            Registers.Write(s, op->Source, value);
            return result;
        }
    }

    private readonly struct Exchange : IExchange
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>
        {
            T accumulator = Registers.Read<T>(s, 0);
            Flags.SetDifference(s, accumulator, value, unchecked(accumulator - value));
            if (accumulator == value) return Registers.Read<T>(s, op->Source);
            Registers.Write(s, 0, value);
            return value;
        }
    }

    private readonly struct OnRegister<TExchange> : IWidthForms where TExchange : IExchange
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Handle<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            // The destination is written last: with equal operands it holds the sum, or the source.
            T old = Registers.Read<T>(s, op->Destination);
            T result = TExchange.Apply(s, op, old);
            if (typeof(TExchange) == typeof(ExchangeAdd) || Flags.IsZero(s)) Registers.Write(s, op->Destination, result);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct OnMemory<TExchange> : IMemoryForms where TExchange : IExchange
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        /// <summary>The memory is written, and must be writable, also when the comparison fails.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            T* place = Access.Modify<T>(s, op, TAddress.Of(s, op, sizeof(T), write: true));
            if (place == null) return;
            *place = TExchange.Apply(s, op, *place);
            Access.Commit(s, place);
            (op + 1)->Handler(s, op + 1);
        }
    }

    /// <summary>T is one half: the pair D:A is compared with, and C:B stored in, twice its size.</summary>
    private readonly struct WideForms : IMemoryForms
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            ulong address = TAddress.Of(s, op, 2 * sizeof(T), write: true);
            if (sizeof(T) == 8 && (address & 15) != 0)
            {
                Faults.Raise(s, op, Vectors.GeneralProtection, 0);
                return;
            }

            T* place = (T*)Place<T>(s, op, address);
            if (place == null) return;
            bool equal = place[0] == Registers.Read<T>(s, 0) && place[1] == Registers.Read<T>(s, 16);
            if (equal)
            {
                place[0] = Registers.Read<T>(s, 24);
                place[1] = Registers.Read<T>(s, 8);
            }
            else
            {
                Registers.Write(s, 0, place[0]);
                Registers.Write(s, 16, place[1]);
            }

            Commit<T>(s, place);
            Flags.SetZero(s, equal);
            (op + 1)->Handler(s, op + 1);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void* Place<T>(CpuState* s, Op* op, ulong address) where T : unmanaged =>
            sizeof(T) == 8 ? Access.Modify<UInt128>(s, op, address) : Access.Modify<ulong>(s, op, address);

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Commit<T>(CpuState* s, void* place) where T : unmanaged
        {
            if (sizeof(T) == 8) Access.Commit(s, (UInt128*)place);
            else Access.Commit(s, (ulong*)place);
        }
    }
}
