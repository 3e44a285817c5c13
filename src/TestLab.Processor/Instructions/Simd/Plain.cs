using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>An operation that needs no more than its two operands.</summary>
internal readonly unsafe struct Plain<TOperation> : IBoundVectorOperation where TOperation : struct, IVectorOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Apply(CpuState* s, Op* op, Vector128<byte> left, Vector128<byte> right) =>
        TOperation.Apply(left, right);
}
