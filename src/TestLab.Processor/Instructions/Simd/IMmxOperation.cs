using TestLab.Processor.Execution;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>The meaning of an instruction with two MM operands.</summary>
internal unsafe interface IMmxOperation
{
    static abstract ulong Apply(Op* op, ulong left, ulong right);
}
