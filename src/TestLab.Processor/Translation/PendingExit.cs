using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>A jump out of the usual path, whose code is still to be written.</summary>
internal readonly record struct PendingExit(ExitReason Reason, nint Jump, int Instruction, FlagState Flags, int Vectors)
{
    /// <summary>Where a detour comes back.</summary>
    public nint Return { get; init; }
}
