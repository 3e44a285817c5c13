using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>A jump out of the usual path, whose code is still to be written.</summary>
internal readonly record struct PendingExit(
    ExitReason Reason, nint Jump, nint Block, int Instruction, FlagState Flags, int Vectors)
{
    /// <summary>Where a detour comes back.</summary>
    public nint Return { get; init; }

    /// <summary>What goes back to the budget on the way out: of rounds of a loop that are charged but do not run.</summary>
    public int Refund { get; init; }

    /// <summary>Offset in the state of the access slot to refill.</summary>
    public int Slot { get; init; }

    /// <summary>The common routine that refills it.</summary>
    public nint Routine { get; init; }
}
