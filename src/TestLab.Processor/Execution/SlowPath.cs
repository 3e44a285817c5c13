using System.Runtime.CompilerServices;
using TestLab.Processor.Instructions;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>How a handler goes on where the translation buffer does not know its operand: by a jump, as its last act.</summary>
/// <remarks>
/// A call in the middle of a handler would cost every run of it a frame. The slow form is an ordinary function that
/// does all of the instruction, or leaves the cause in the state and returns false.
/// </remarks>
internal static unsafe class SlowPath
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Take(CpuState* s, Op* op, delegate*<CpuState*, Op*, bool> slow)
    {
        if (!slow(s, op)) return;
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>For a direct branch, whose slow form sets the instruction pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TakeBranch(CpuState* s, Op* op, delegate*<CpuState*, Op*, bool> slow)
    {
        if (!slow(s, op)) return;
        Op* next = Flow.Enter(s, op, op->Link);
        next->Handler(s, next);
    }

    /// <summary>For an indirect branch, whose slow form sets the instruction pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TakeJump(CpuState* s, Op* op, delegate*<CpuState*, Op*, bool> slow)
    {
        if (!slow(s, op)) return;
        Op* next = Flow.EnterCached(s, s->Rip);
        next->Handler(s, next);
    }
}
