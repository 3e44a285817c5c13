namespace TestLab.Processor.Translation;

/// <summary>Code that was written at once: of a hot block, and of blocks of its page that it leads to.</summary>
/// <param name="Entry">The block through which the code is entered.</param>
internal sealed class TranslationUnit(nint entry)
{
    public nint Entry { get; } = entry;

    /// <summary>No block of it has changed.</summary>
    public bool IsAlive { get; set; } = true;
}
