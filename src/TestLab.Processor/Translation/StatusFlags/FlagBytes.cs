using TestLab.Processor.Translation.Host;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>Kinds of which the left operand holds some of the flags, a byte each from the lowest; the others are clear.</summary>
internal static class FlagBytes
{
    private static readonly (uint Flag, int Condition)[] s_order =
        [(CpuFlags.Carry, Condition.Below), (CpuFlags.Zero, Condition.Equal), (CpuFlags.Parity, Condition.Parity)];

    private static readonly (uint Flag, int Condition)[] s_match =
    [
        (CpuFlags.Carry, Condition.Below), (CpuFlags.Zero, Condition.Equal),
        (CpuFlags.Sign, Condition.Sign), (CpuFlags.Overflow, Condition.Overflow),
    ];

    /// <summary>The flags by byte, each with the condition of the host that it fulfils; empty for other kinds.</summary>
    public static ReadOnlySpan<(uint Flag, int Condition)> Of(FlagKind kind) => kind switch
    {
        FlagKind.Order => s_order,
        FlagKind.Match => s_match,
        _ => [],
    };
}
