using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>BT, BTS, BTR, BTC, BSF, BSR, POPCNT.</summary>
/// <remarks>
/// Undefined flags stay as they are, except that BSF and BSR set PF of the result and clear the rest. BSF and BSR of
/// zero leave the destination as it is.
/// </remarks>
internal static unsafe class Bits
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Bt, BindTest<Keep>, pure: true);
        table.Bind(Mnemonic.Bts, BindTest<Set>, pure: true);
        table.Bind(Mnemonic.Btr, BindTest<Reset>, pure: true);
        table.Bind(Mnemonic.Btc, BindTest<Complement>, pure: true);
        table.Bind(Mnemonic.Bsf, BindScan<Forward>, pure: true);
        table.Bind(Mnemonic.Bsr, BindScan<Reverse>, pure: true);
        table.Bind(Mnemonic.Popcnt, BindScan<Population>, pure: true);
    }

    private interface IBitChange
    {
        static abstract bool Changes { get; }

        static abstract ulong Apply(ulong value, ulong bit);
    }

    private interface IScan
    {
        static abstract T Apply<T>(CpuState* s, T destination, T source) where T : unmanaged, IBinaryInteger<T>;
    }

    private static void BindTest<TChange>(Binding b) where TChange : IBitChange => b.Op->Handler = b.IsMemory(0)
        ? Forms.ByAddress<TestMemory<TChange>>(b.Size, b.Form) : Forms.ByWidth<TestRegister<TChange>>(b.Size);

    private static void BindScan<TScan>(Binding b) where TScan : IScan => b.Op->Handler = b.IsMemory(1)
        ? Forms.ByAddress<ScanMemory<TScan>>(b.Size, b.Form) : Forms.ByWidth<ScanRegister<TScan>>(b.Size);

    private readonly struct Keep : IBitChange
    {
        public static bool Changes => false;

        public static ulong Apply(ulong value, ulong bit) => value;
    }

    private readonly struct Set : IBitChange
    {
        public static bool Changes => true;

        public static ulong Apply(ulong value, ulong bit) => value | bit;
    }

    private readonly struct Reset : IBitChange
    {
        public static bool Changes => true;

        public static ulong Apply(ulong value, ulong bit) => value & ~bit;
    }

    private readonly struct Complement : IBitChange
    {
        public static bool Changes => true;

        public static ulong Apply(ulong value, ulong bit) => value ^ bit;
    }

    private readonly struct Forward : IScan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, T destination, T source) where T : unmanaged, IBinaryInteger<T>
        {
            ulong wide = Number.ZeroExtend(source);
            SetScanFlags(s, wide);
            return wide == 0 ? destination : Number.Truncate<T>((ulong)BitOperations.TrailingZeroCount(wide));
        }
    }

    private readonly struct Reverse : IScan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, T destination, T source) where T : unmanaged, IBinaryInteger<T>
        {
            ulong wide = Number.ZeroExtend(source);
            SetScanFlags(s, wide);
            return wide == 0 ? destination : Number.Truncate<T>((ulong)BitOperations.Log2(wide));
        }
    }

    private readonly struct Population : IScan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(CpuState* s, T destination, T source) where T : unmanaged, IBinaryInteger<T>
        {
            ulong wide = Number.ZeroExtend(source);
            Flags.Write(s, wide == 0 ? Flags.Zero : 0);
            return Number.Truncate<T>((ulong)BitOperations.PopCount(wide));
        }
    }

    /// <summary>The flags of BSF and BSR; also for the translator.</summary>
    public static void SetScanFlags(CpuState* s, ulong source) => Flags.Write(s, source == 0 ? Flags.Zero | Flags.Parity : 0);

    /// <summary>The bit's number: a register or an immediate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Number64<T>(CpuState* s, Op* op) where T : unmanaged =>
        op->Source == CpuLayout.Zero ? (long)(op->Immediate & ((ulong)Number.Bits<T>() - 1)) : Number.SignExtend(Registers.Read<T>(s, op->Source));

    private readonly struct TestRegister<TChange> : IWidthForms where TChange : IBitChange
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Handle<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T>(CpuState* s, Op* op) where T : unmanaged
        {
            ulong bit = 1UL << ((int)Number64<T>(s, op) & (Number.Bits<T>() - 1));
            ulong value = Number.ZeroExtend(Registers.Read<T>(s, op->Destination));
            Flags.SetCarryOverflow(s, (value & bit) != 0, Flags.IsOverflow(s));
            if (TChange.Changes) Registers.Write(s, op->Destination, Number.Truncate<T>(TChange.Apply(value, bit)));
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct TestMemory<TChange> : IMemoryForms where TChange : IBitChange
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        /// <summary>The operand is a string of bits: a number in a register reaches beyond the addressed word.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
        {
            T* place = Place<T, TAddress>(s, op);
            if (place == null) return;
            ulong bit = 1UL << ((int)Number64<T>(s, op) & (Number.Bits<T>() - 1));
            ulong value = Number.ZeroExtend(*place);
            Flags.SetCarryOverflow(s, (value & bit) != 0, Flags.IsOverflow(s));
            if (TChange.Changes)
            {
                *place = Number.Truncate<T>(TChange.Apply(value, bit));
                Access.Commit(s, place);
            }

            (op + 1)->Handler(s, op + 1);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T* Place<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
        {
            long distance = (Number64<T>(s, op) >> BitOperations.Log2((uint)Number.Bits<T>())) * sizeof(T);
            // The distance counts before the address is cut to its size, so it goes in as part of the displacement.
            Op displaced = *op;
            displaced.Displacement += distance;
            ulong address = TAddress.Of(s, &displaced, sizeof(T), TChange.Changes);
            if (s->Exit == ExitCause.Exception) s->ExitingOperation = op;
            return TChange.Changes ? Access.Modify<T>(s, op, address) : Access.Read<T>(s, op, address);
        }
    }

    private readonly struct ScanRegister<TScan> : IWidthForms where TScan : IScan
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Handle<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            T source = Registers.Read<T>(s, op->Source);
            T result = TScan.Apply(s, Registers.Read<T>(s, op->Destination), source);
            if (source != T.Zero || typeof(TScan) == typeof(Population)) Registers.Write(s, op->Destination, result);
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct ScanMemory<TScan> : IMemoryForms where TScan : IScan
    {
        public static delegate*<CpuState*, Op*, void> Handler<T, TAddress>() where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress =>
            &Handle<T, TAddress>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Handle<T, TAddress>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress
        {
            T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
            if (place == null) return;
            T source = *place;
            T result = TScan.Apply(s, Registers.Read<T>(s, op->Destination), source);
            if (source != T.Zero || typeof(TScan) == typeof(Population)) Registers.Write(s, op->Destination, result);
            (op + 1)->Handler(s, op + 1);
        }
    }
}
