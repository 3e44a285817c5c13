using System.Runtime.CompilerServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>One of the sixteen conditions of Jcc, SETcc and CMOVcc; handlers are compiled for each.</summary>
internal unsafe interface ICondition
{
    static abstract bool Test(CpuState* s);
}

/// <summary>The conditions, by their suffix (SDM volume 1, appendix B).</summary>
internal static unsafe class Conditions
{
    public readonly struct Overflow : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsOverflow(s);
    }

    public readonly struct Below : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsCarry(s);
    }

    public readonly struct Equal : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsZero(s);
    }

    public readonly struct BelowOrEqual : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsCarry(s) | Flags.IsZero(s);
    }

    public readonly struct Sign : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsSign(s);
    }

    public readonly struct Parity : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsParity(s);
    }

    public readonly struct Less : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsSign(s) != Flags.IsOverflow(s);
    }

    public readonly struct LessOrEqual : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => Flags.IsZero(s) | (Flags.IsSign(s) != Flags.IsOverflow(s));
    }

    public readonly struct Not<T> : ICondition where T : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool Test(CpuState* s) => !T.Test(s);
    }
}
