using System.Numerics;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The meaning of an instruction that reads a memory operand; it cannot fail once the value is there.</summary>
internal unsafe interface IReader
{
    static abstract void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>;
}
