using System.Numerics;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The meaning of an instruction with two operands, for all widths.</summary>
internal unsafe interface IBinaryOperation
{
    /// <summary>False for CMP and TEST, which only set flags.</summary>
    static abstract bool StoresResult { get; }

    static abstract T Apply<T, TFlags>(CpuState* s, T left, T right)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode;
}
