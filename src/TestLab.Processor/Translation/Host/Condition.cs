using Iced.Intel;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Host;

/// <summary>Condition codes as jumps encode them.</summary>
internal static class Condition
{
    public const int Overflow = 0;
    public const int Below = 2;
    public const int Equal = 4;
    public const int NotEqual = 5;
    public const int BelowOrEqual = 6;
    public const int NotBelow = 3;
    public const int Above = 7;
    public const int Sign = 8;
    public const int Parity = 10;

    private static readonly uint[] s_flags =
    [
        CpuFlags.Overflow, CpuFlags.Carry, CpuFlags.Zero, CpuFlags.Carry | CpuFlags.Zero,
        CpuFlags.Sign, CpuFlags.Parity, CpuFlags.Sign | CpuFlags.Overflow, CpuFlags.Sign | CpuFlags.Overflow | CpuFlags.Zero,
    ];

    /// <summary>The condition of a Jcc, SETcc or CMOVcc.</summary>
    public static int Of(in Instruction instruction) => instruction.ConditionCode - ConditionCode.o;

    /// <summary>The status flags that it looks at.</summary>
    public static uint Flags(int condition) => s_flags[condition >> 1];
}
