namespace TestLab.Processor.Memory;

/// <summary>Whoever keeps host addresses or decoded code of a memory, and must hear when they go stale.</summary>
public interface IMemoryObserver
{
    /// <summary>The page's host address changes or loses a right: drop what points at it.</summary>
    void PageMoved(int page);

    /// <summary>Every page has become shared: drop all host addresses for writing.</summary>
    void AllPagesShared();

    /// <summary>Bytes of a page with <see cref="PageFlags.Code"/> are about to change.</summary>
    /// <param name="page">The frame's index.</param>
    /// <param name="offset">First byte in the page.</param>
    /// <param name="length">Number of bytes, at most to the end of the page.</param>
    void CodeChanging(int page, int offset, int length);
}
