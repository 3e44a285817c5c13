namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// An angle as a number of quarter turns and a rest of an eighth turn at most. As in the hardware, pi has 66
/// significant bits here (SDM volume 1, 8.3.8, "Approximation of Pi"): the remainder by it is exact, so the functions
/// are periodic in that pi, and the sine of the register nearest to pi is what programs know it to be.
/// </summary>
internal static class AngleReduction
{
    /// <summary>Bits of a quarter turn after the point.</summary>
    private const int FractionBits = 65;

    private static readonly UInt128 QuarterTurn = new(0x3, 0x243F6A8885A308D3);

    /// <summary>The rest of the magnitude of an angle below 2^63; its sign is the caller's to apply.</summary>
    public static WideFloat Reduce(in FloatOperand angle, out int quarterTurns)
    {
        if (angle.Exponent < -1)
        {
            quarterTurns = 0;
            return WideFloat.From(angle).WithSign(false);
        }

        UInt128 scaled = (UInt128)angle.Significand << (angle.Exponent + FractionBits - 63);
        (UInt128 turns, UInt128 rest) = UInt128.DivRem(scaled, QuarterTurn);
        bool isAboveHalf = rest > QuarterTurn - rest;
        quarterTurns = (int)(uint)((turns + (isAboveHalf ? 1u : 0)) & 3);
        return WideFloat.Normalize(isAboveHalf, 127 - FractionBits, isAboveHalf ? QuarterTurn - rest : rest);
    }
}
