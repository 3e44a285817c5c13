using System.Runtime.CompilerServices;
using TestLab.Processor.Instructions;
using TestLab.Processor.Interrupts;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>How a handler says that its instruction faults: the fault is a value in the state, and the handler returns.</summary>
public static unsafe class Faults
{
    /// <summary>Records the fault; vectors 8, 10 to 14 and 17 push the error code.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Raise(CpuState* s, Op* op, byte vector, uint errorCode)
    {
        s->Exit = ExitCause.Exception;
        s->ExitingOperation = op;
        s->ExceptionVector = vector;
        s->ExceptionErrorCode = errorCode;
        s->ExceptionKind = InterruptKind.Exception;
    }

    /// <summary>Records an event that returns behind the instruction: INT n, INT3, INTO, INT1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RaiseBehind(CpuState* s, Op* op, byte vector, InterruptKind kind)
    {
        Raise(s, op, vector, 0);
        s->ExceptionKind = kind;
        s->ExceptionReturn = Flow.NextRip(s, op);
    }

    /// <summary>Whether the vector pushes an error code in protected mode.</summary>
    public static bool HasErrorCode(byte vector) => vector is Vectors.DoubleFault
        or (>= Vectors.InvalidTaskState and <= Vectors.PageFault) or Vectors.AlignmentCheck;

    /// <summary>The access that failed was the stack's, whatever segment the instruction's memory operand has.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void BlameStack(CpuState* s)
    {
        if (s->Exit == ExitCause.Exception && s->ExceptionVector == Vectors.GeneralProtection)
            s->ExceptionVector = Vectors.StackFault;
    }
}
