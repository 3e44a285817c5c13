using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>ADD, ADC, SUB, SBB, CMP, AND, OR, XOR, TEST.</summary>
internal static unsafe class Arithmetic
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Add, BinaryForms<Add>.Bind, pure: true);
        table.Bind(Mnemonic.Adc, BinaryForms<AddWithCarry>.Bind, pure: true);
        table.Bind(Mnemonic.Sub, BinaryForms<Subtract>.Bind, pure: true);
        table.Bind(Mnemonic.Sbb, BinaryForms<SubtractWithBorrow>.Bind, pure: true);
        table.Bind(Mnemonic.Cmp, BinaryForms<Compare>.Bind, pure: true);
        table.Bind(Mnemonic.And, BinaryForms<And>.Bind, pure: true);
        table.Bind(Mnemonic.Or, BinaryForms<Or>.Bind, pure: true);
        table.Bind(Mnemonic.Xor, BinaryForms<Xor>.Bind, pure: true);
        table.Bind(Mnemonic.Test, BinaryForms<Test>.Bind, pure: true);
    }

    private readonly struct Add : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(left + right);
            if (TFlags.IsLive) Flags.SetSum(s, left, right, result);
            return result;
        }
    }

    private readonly struct AddWithCarry : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(left + right + (Flags.IsCarry(s) ? T.One : T.Zero));
            if (TFlags.IsLive) Flags.SetSum(s, left, right, result);
            return result;
        }
    }

    private readonly struct Subtract : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(left - right);
            if (TFlags.IsLive) Flags.SetDifference(s, left, right, result);
            return result;
        }
    }

    private readonly struct SubtractWithBorrow : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = unchecked(left - right - (Flags.IsCarry(s) ? T.One : T.Zero));
            if (TFlags.IsLive) Flags.SetDifference(s, left, right, result);
            return result;
        }
    }

    private readonly struct Compare : IBinaryOperation
    {
        public static bool StoresResult => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode =>
            Subtract.Apply<T, TFlags>(s, left, right);
    }

    private readonly struct And : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = left & right;
            if (TFlags.IsLive) Flags.SetLogic(s, result);
            return result;
        }
    }

    private readonly struct Or : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = left | right;
            if (TFlags.IsLive) Flags.SetLogic(s, result);
            return result;
        }
    }

    private readonly struct Xor : IBinaryOperation
    {
        public static bool StoresResult => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
        {
            T result = left ^ right;
            if (TFlags.IsLive) Flags.SetLogic(s, result);
            return result;
        }
    }

    private readonly struct Test : IBinaryOperation
    {
        public static bool StoresResult => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T, TFlags>(CpuState* s, T left, T right) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode =>
            And.Apply<T, TFlags>(s, left, right);
    }
}
