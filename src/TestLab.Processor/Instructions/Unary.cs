using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>INC, DEC, NEG, NOT.</summary>
internal static unsafe class Unary
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Inc, Bind<Increment>, pure: true);
        table.Bind(Mnemonic.Dec, Bind<Decrement>, pure: true);
        table.Bind(Mnemonic.Neg, Bind<Negate>, pure: true);
        table.Bind(Mnemonic.Not, Bind<Complement>, pure: true);
    }

    private interface IUnaryOperation
    {
        static abstract T Apply<T, TFlags>(CpuState* s, T value) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode;
    }

    private static void Bind<TOperation>(Binding b) where TOperation : IUnaryOperation
    {
        if (b.FlagsLive) Bind<TOperation, LiveFlags>(b);
        else Bind<TOperation, DeadFlags>(b);
    }

    private static void Bind<TOperation, TFlags>(Binding b) where TOperation : IUnaryOperation where TFlags : IFlagMode =>
        b.Op->Handler = b.IsMemory(0)
            ? Forms.ByAddress<ModifyForms<OnMemory<TOperation, TFlags>>>(b.Size, b.Form)
            : Forms.ByWidth<OnRegister<TOperation, TFlags>>(b.Size);

    /// <summary>Leaves CF as it is.</summary>
    private readonly struct Increment : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(value + T.One);
            if (!TFlags.IsLive) return result;
            bool carry = Flags.IsCarry(s);
            Flags.SetSum(s, value, T.One, result);
            Flags.SetCarryOverflow(s, carry, Flags.IsOverflow(s));
            return result;
        }
    }

    /// <summary>Leaves CF as it is.</summary>
    private readonly struct Decrement : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(value - T.One);
            if (!TFlags.IsLive) return result;
            bool carry = Flags.IsCarry(s);
            Flags.SetDifference(s, value, T.One, result);
            Flags.SetCarryOverflow(s, carry, Flags.IsOverflow(s));
            return result;
        }
    }

    private readonly struct Negate : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(T.Zero - value);
            if (TFlags.IsLive) Flags.SetDifference(s, T.Zero, value, result);
            return result;
        }
    }

    private readonly struct Complement : IUnaryOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T value) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode => ~value;
    }

    private readonly struct OnRegister<TOperation, TFlags> : IWidthForms where TOperation : IUnaryOperation where TFlags : IFlagMode
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Apply<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Apply<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>
        {
            Registers.Write(s, op->Destination, TOperation.Apply<T, TFlags>(s, Registers.Read<T>(s, op->Destination)));
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct OnMemory<TOperation, TFlags> : IModifier where TOperation : IUnaryOperation where TFlags : IFlagMode
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Change<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> =>
            TOperation.Apply<T, TFlags>(s, value);
    }
}
