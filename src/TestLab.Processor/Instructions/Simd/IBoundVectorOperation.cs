using System.Runtime.Intrinsics;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// The meaning of an instruction that needs more than its two operands: an immediate, or the mask in XMM0.
/// </summary>
internal unsafe interface IBoundVectorOperation
{
    static abstract Vector128<byte> Apply(CpuState* s, Op* op, Vector128<byte> left, Vector128<byte> right);
}
