using System.Runtime.CompilerServices;
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
        s->ExceptionHasErrorCode = vector is Vectors.DoubleFault or (>= Vectors.InvalidTaskState and <= Vectors.PageFault)
            or Vectors.AlignmentCheck;
    }
}
