namespace TestLab.Processor.FloatingPoint;

/// <summary>The six numeric exceptions, at the bits they have in the x87 status word and in MXCSR.</summary>
[Flags]
public enum FloatExceptions : byte
{
    None = 0,
    Invalid = 1,
    Denormal = 2,
    DivideByZero = 4,
    Overflow = 8,
    Underflow = 16,
    Inexact = 32,

    /// <summary>Found by looking at the operands: unmasked, they prevent the computation.</summary>
    BeforeComputation = Invalid | Denormal | DivideByZero,

    /// <summary>Found by rounding the result.</summary>
    AfterComputation = Overflow | Underflow | Inexact,

    All = BeforeComputation | AfterComputation,
}
