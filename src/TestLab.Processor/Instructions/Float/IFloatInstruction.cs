using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>An x87 instruction without a memory operand; handlers are compiled for each.</summary>
/// <remarks>
/// Stack indices of the operands are in <see cref="Op.Destination"/> and <see cref="Op.Source"/>, the number of pops
/// at the end in <see cref="Op.Immediate"/>. It cannot fault. Implementations are not inlined: they have locals whose
/// address is taken.
/// </remarks>
internal unsafe interface IFloatInstruction
{
    static abstract void Execute(CpuState* s, Op* op);
}
