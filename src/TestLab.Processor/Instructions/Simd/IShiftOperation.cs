using System.Runtime.Intrinsics;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>A shift of all lanes by one count of 64 bits.</summary>
internal interface IShiftOperation
{
    static abstract Vector128<byte> Apply(Vector128<byte> value, ulong count);
}
