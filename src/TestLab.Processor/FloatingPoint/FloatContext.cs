namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// What an operation is told (rounding, precision, masks) and what it reports (exceptions, direction of rounding).
/// Operations only ever add to <see cref="Raised"/>; when <see cref="SuppressesOperation"/> has become true, the value
/// they return means nothing.
/// </summary>
public struct FloatContext
{
    private const uint MxcsrDenormalsAreZero = 1 << 6;
    private const uint MxcsrFlushToZero = 1 << 15;

    public RoundingMode Rounding { get; set; }

    /// <summary>Bits of significand of an x87 result: 24, 53 or 64. SSE operations do not look at it.</summary>
    public byte PrecisionBits { get; set; }

    /// <summary>MXCSR.FTZ: a tiny result becomes zero, as long as underflow is masked.</summary>
    public bool FlushToZero { get; set; }

    /// <summary>MXCSR.DAZ: a denormal operand counts as zero of its sign and raises nothing.</summary>
    public bool DenormalsAreZero { get; set; }

    public FloatExceptions Masked { get; set; }

    public FloatExceptions Raised { get; set; }

    /// <summary>The last rounding moved away from zero: C1 of the x87 status word.</summary>
    public bool RoundedUp { get; set; }

    /// <summary>
    /// An unmasked exception of the operands is raised: an x87 operation leaves its operands as they are.
    /// </summary>
    public readonly bool SuppressesOperation => (Unmasked & FloatExceptions.BeforeComputation) != 0;

    /// <summary>An x87 load pushes nothing: only an unmasked signalling NaN does that, a denormal is loaded.</summary>
    public readonly bool SuppressesLoad => (Unmasked & FloatExceptions.Invalid) != 0;

    /// <summary>An x87 store to memory does not happen: the source stays as it is.</summary>
    public readonly bool SuppressesStore => (Unmasked & ~FloatExceptions.Inexact) != 0;

    /// <summary>
    /// The raised exceptions that are not masked: for SSE any of them means #XM and nothing written.
    /// </summary>
    public readonly FloatExceptions Unmasked => Raised & ~Masked;

    /// <summary>
    /// What the status word or MXCSR accumulates. After several lanes in one context, an unmasked exception of one
    /// lane's operands hides what rounding the other lanes raised (SDM volume 1, 11.5.3).
    /// </summary>
    public readonly FloatExceptions Reported =>
        SuppressesOperation ? Raised & FloatExceptions.BeforeComputation : Raised;

    /// <summary>The context of an SSE instruction; nothing is raised yet, whatever MXCSR has accumulated.</summary>
    public static FloatContext FromMxcsr(uint mxcsr) => new()
    {
        Rounding = (RoundingMode)((mxcsr >> 13) & 3),
        PrecisionBits = 64,
        FlushToZero = (mxcsr & MxcsrFlushToZero) != 0,
        DenormalsAreZero = (mxcsr & MxcsrDenormalsAreZero) != 0,
        Masked = (FloatExceptions)(mxcsr >> 7) & FloatExceptions.All,
    };

    /// <summary>The context of an x87 instruction under this control word.</summary>
    public static FloatContext FromControlWord(ushort controlWord) => new()
    {
        Rounding = (RoundingMode)((controlWord >> 10) & 3),
        PrecisionBits = ((controlWord >> 8) & 3) switch { 0 => 24, 2 => 53, _ => 64 },
        Masked = (FloatExceptions)controlWord & FloatExceptions.All,
    };

    internal readonly bool IsMasked(FloatExceptions exception) => (Masked & exception) != 0;

    /// <summary>Records the exceptions; true when one of them is unmasked and the operation must end.</summary>
    internal bool Raise(FloatExceptions exceptions)
    {
        Raised |= exceptions;
        return (exceptions & ~Masked) != 0;
    }
}
