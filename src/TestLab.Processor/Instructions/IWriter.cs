using System.Numerics;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The meaning of an instruction that writes a memory operand without reading it.</summary>
internal unsafe interface IWriter
{
    /// <summary>What is written; changes nothing, for the write may fail.</summary>
    static abstract T Value<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T>;
}
