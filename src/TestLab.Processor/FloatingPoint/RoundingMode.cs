namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// Where inexact results go, in the encoding of the x87 control word and of MXCSR (SDM volume 1, 4.8.4).
/// </summary>
public enum RoundingMode : byte
{
    Nearest = 0,
    Down = 1,
    Up = 2,
    Zero = 3,
}
