using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Execution;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// A vector operation that takes each operand together (packs, horizontal sums): both MM registers are one
/// vector.
/// </summary>
internal readonly unsafe struct Joined<TOperation> : IMmxOperation where TOperation : struct, IVectorOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(Op* op, ulong left, ulong right)
    {
        Vector128<byte> both = Vector128.Create(left, right).AsByte();
        return TOperation.Apply(both, both).AsUInt64().ToScalar();
    }
}
