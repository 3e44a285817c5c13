using System.Numerics;
using System.Runtime.Intrinsics;
using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// The meaning of a floating-point instruction on a lane, by the host where that is exact, and by our own
/// arithmetic.
/// </summary>
internal interface IFloatOperation
{
    /// <summary>The left operand takes no part (SQRT).</summary>
    static abstract bool IsUnary { get; }

    /// <summary>The result may be inexact; MIN and MAX only choose.</summary>
    static abstract bool Rounds { get; }

    /// <summary>What the host makes of ordinary operands, rounded to nearest.</summary>
    static abstract T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    static abstract Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged;

    /// <summary>
    /// Zero exactly where the host's result is exact; told of numbers so far from the ends of the range that
    /// nothing is lost.
    /// </summary>
    static abstract T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Any operands under any control.</summary>
    static abstract uint Exactly(uint left, uint right, ref FloatContext context);

    static abstract ulong Exactly(ulong left, ulong right, ref FloatContext context);
}
