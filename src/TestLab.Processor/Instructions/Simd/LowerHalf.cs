using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Execution;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// A vector operation on MM registers whose lanes do not cross the middle: the lower halves give the lower half.
/// </summary>
internal readonly unsafe struct LowerHalf<TOperation> : IMmxOperation where TOperation : struct, IVectorOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(Op* op, ulong left, ulong right) => TOperation.Apply(
        Vector128.CreateScalar(left).AsByte(), Vector128.CreateScalar(right).AsByte()).AsUInt64().ToScalar();
}
