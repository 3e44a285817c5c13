using System.Runtime.InteropServices;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Memory;

/// <summary>Page frames outside the garbage-collected heap, handed out one by one and freed together.</summary>
/// <remarks>A memory owns one arena for its private pages; a fork turns it into a shared, immutable one that lives
/// until the last memory that refers to it is gone.</remarks>
internal sealed unsafe class PageArena(bool isIsolated = false)
{
    private const int ChunkPages = 256; // 1 MiB: few allocations, and little waste in a machine that writes little.

    private readonly List<nint> _chunks = [];
    private int _nextInChunk = ChunkPages;
    private int _references = 1;

    /// <summary>A frame of undefined content, aligned to its size.</summary>
    public byte* Allocate()
    {
        if (isIsolated) return AllocateIsolated();
        if (_nextInChunk == ChunkPages)
        {
            _chunks.Add((nint)NativeMemory.AlignedAlloc(ChunkPages * GuestMemory.PageSize, GuestMemory.PageSize));
            _nextInChunk = 0;
        }

        return (byte*)_chunks[^1] + GuestMemory.PageSize * _nextInChunk++;
    }

    public void Retain() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0) return;
        foreach (nint chunk in _chunks)
        {
            if (isIsolated) _ = MemoryFile.Unmap(chunk, 3 * GuestMemory.PageSize);
            else NativeMemory.AlignedFree((void*)chunk);
        }

        _chunks.Clear();
    }

    /// <summary>A frame between two pages that nobody may touch.</summary>
    private byte* AllocateIsolated()
    {
        const nuint length = 3 * GuestMemory.PageSize;
        nint chunk = MemoryFile.Map(0, length, MemoryFile.None, MemoryFile.Private | MemoryFile.Anonymous, -1, 0);
        if (chunk == MemoryFile.Failed) throw new InsufficientMemoryException("The host gives no more isolated pages.");
        _chunks.Add(chunk);
        byte* frame = (byte*)chunk + GuestMemory.PageSize;
        if (MemoryFile.Protect((nint)frame, GuestMemory.PageSize, MemoryFile.Read | MemoryFile.Write) != 0)
            throw new InsufficientMemoryException("The host does not open an isolated page.");
        return frame;
    }
}
