using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// The conversion of one lane: by the host where the result is known to be right and no flag can be new, else by
/// our own arithmetic.
/// </summary>
internal interface IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
{
    /// <summary>Whether <see cref="Quickly"/> may be asked.</summary>
    static abstract bool IsQuick(TFrom value, uint mxcsr);

    static abstract TTo Quickly(TFrom value);

    static abstract TTo Exactly(TFrom value, ref FloatContext context);
}
