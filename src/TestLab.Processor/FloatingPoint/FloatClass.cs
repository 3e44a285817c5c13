namespace TestLab.Processor.FloatingPoint;

/// <summary>What a bit pattern stands for; everything from <see cref="QuietNaN"/> on is not a number.</summary>
public enum FloatClass : byte
{
    Zero,
    Denormal,
    Normal,
    Infinity,
    QuietNaN,
    SignallingNaN,

    /// <summary>An 80-bit pattern without its integer bit: unnormal, pseudo-infinity, pseudo-NaN.</summary>
    Unsupported,
}
