using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// The meaning of an instruction too large for a handler. It is never inlined, so it may do what a handler may
/// not.
/// </summary>
internal unsafe interface IOutOfLineOperation
{
    /// <summary>
    /// Does the whole instruction with its right operand at the place given; false where it has raised a fault.
    /// </summary>
    static abstract bool Run(CpuState* s, Op* op, byte* right);
}
