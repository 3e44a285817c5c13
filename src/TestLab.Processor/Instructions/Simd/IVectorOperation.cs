using System.Runtime.Intrinsics;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// The meaning of an instruction with two vector operands; one with a single operand ignores the left.
/// </summary>
internal interface IVectorOperation
{
    static abstract Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right);
}
