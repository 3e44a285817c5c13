using System.Numerics;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The meaning of an instruction that reads and then writes a memory operand; it cannot fail once both may be done.</summary>
internal unsafe interface IModifier
{
    static abstract T Change<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>;
}
