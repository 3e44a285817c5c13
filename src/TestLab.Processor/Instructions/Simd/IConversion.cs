using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>The conversion of one lane.</summary>
internal interface IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
{
    static abstract TTo Convert(TFrom value, ref FloatContext context);
}
