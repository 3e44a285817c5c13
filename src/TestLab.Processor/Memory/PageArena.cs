using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Memory;

/// <summary>Page frames outside the garbage-collected heap, handed out one by one and freed together.</summary>
/// <remarks>A memory owns one arena for its private pages; a fork turns it into a shared, immutable one that lives
/// until the last memory that refers to it is gone.</remarks>
internal sealed unsafe class PageArena(bool isIsolated = false)
{
    /// <summary>Chunks grow: little waste in a fork that writes little, and large pages for a machine that writes much.</summary>
    private const int FirstChunkBytes = 64 << 10;

    private readonly List<PageChunk> _chunks = [];
    private readonly List<nint> _isolated = [];
    private int _nextInChunk;
    private int _references = 1;

    /// <summary>A frame of zeros, aligned to its size.</summary>
    public byte* Allocate()
    {
        if (isIsolated) return AllocateIsolated();
        if (_chunks.Count == 0 || _nextInChunk == _chunks[^1].Bytes)
        {
            int bytes = _chunks.Count == 0 ? FirstChunkBytes : Math.Min(4 * _chunks[^1].Bytes, PageChunk.LargeBytes);
            _chunks.Add(PageChunk.Allocate(bytes));
            _nextInChunk = 0;
        }

        byte* frame = _chunks[^1].First + _nextInChunk;
        _nextInChunk += GuestMemory.PageSize;
        return frame;
    }

    public void Retain() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0) return;
        foreach (PageChunk chunk in _chunks) chunk.Free();
        foreach (nint pages in _isolated) _ = MemoryFile.Unmap(pages, 3 * GuestMemory.PageSize);
        _chunks.Clear();
        _isolated.Clear();
    }

    /// <summary>A frame between two pages that nobody may touch.</summary>
    private byte* AllocateIsolated()
    {
        const nuint length = 3 * GuestMemory.PageSize;
        nint chunk = MemoryFile.Map(0, length, MemoryFile.None, MemoryFile.Private | MemoryFile.Anonymous, -1, 0);
        if (chunk == MemoryFile.Failed) throw new InsufficientMemoryException("The host gives no more isolated pages.");
        _isolated.Add(chunk);
        byte* frame = (byte*)chunk + GuestMemory.PageSize;
        if (MemoryFile.Protect((nint)frame, GuestMemory.PageSize, MemoryFile.Read | MemoryFile.Write) != 0)
            throw new InsufficientMemoryException("The host does not open an isolated page.");
        return frame;
    }
}
