using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Execution;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// The upper half of what a vector operation makes of the lower halves: PUNPCKH on MM registers is that of
/// PUNPCKL.
/// </summary>
internal readonly unsafe struct UpperHalf<TOperation> : IMmxOperation where TOperation : struct, IVectorOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(Op* op, ulong left, ulong right) => TOperation.Apply(
        Vector128.CreateScalar(left).AsByte(), Vector128.CreateScalar(right).AsByte()).AsUInt64().GetElement(1);
}
