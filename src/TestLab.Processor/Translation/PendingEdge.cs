using TestLab.Processor.Memory;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>A way from one block to another whose code is still to be written.</summary>
/// <param name="Jump">Displacement of the jump that takes it; 0 where the code before simply ends.</param>
/// <param name="Target">From the start of the page.</param>
/// <param name="Source">The operation that branches, or falls through.</param>
/// <param name="IsOther">The branch is not taken: <see cref="Execution.Op.OtherLink"/>.</param>
/// <param name="Flags">Where they are on this way.</param>
/// <param name="Vectors">Where they are on this way.</param>
internal readonly record struct PendingEdge(
    nint Jump, long Target, nint Source, bool IsOther, FlagState Flags, VectorState Vectors)
{
    /// <summary>The target may lie beyond the limit of the code segment: then the branch is the interpreter's.</summary>
    public bool MayFault { get; init; }

    /// <summary>What goes back to the budget on this way: of rounds of a loop that are charged but do not run.</summary>
    public int Refund { get; init; }

    public bool IsInPage => (ulong)Target < GuestMemory.PageSize;
}
