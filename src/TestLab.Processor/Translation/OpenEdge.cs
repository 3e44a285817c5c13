using TestLab.Processor.Memory;

namespace TestLab.Processor.Translation;

/// <summary>A direct way from a block to another one.</summary>
/// <param name="Displacement">Of the jump that takes it.</param>
/// <param name="Target">From the start of the page.</param>
/// <param name="Source">The operation that branches, or falls through.</param>
/// <param name="IsOther">The branch is not taken.</param>
internal readonly record struct OpenEdge(nint Displacement, long Target, nint Source, bool IsOther)
{
    /// <summary>Where the jump leads while the target is not translated.</summary>
    public nint Stub { get; init; }

    public bool IsInPage => (ulong)Target < GuestMemory.PageSize;
}
