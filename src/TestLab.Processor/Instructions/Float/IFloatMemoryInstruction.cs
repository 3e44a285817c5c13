using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>An x87 instruction with a memory operand; handlers are compiled for each.</summary>
/// <remarks>
/// As <see cref="IFloatInstruction"/>, with the operand in memory last or, where it is written, first.
/// </remarks>
internal unsafe interface IFloatMemoryInstruction
{
    /// <summary>Bytes of the operand.</summary>
    static abstract int Size { get; }

    static abstract bool IsWrite { get; }

    /// <returns>False, and nothing done, where the access failed.</returns>
    static abstract bool Execute(CpuState* s, Op* op, ulong address);
}
