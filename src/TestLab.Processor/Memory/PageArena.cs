using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>Page frames outside the garbage-collected heap, handed out one by one and freed together.</summary>
/// <remarks>A memory owns one arena for its private pages; a fork turns it into a shared, immutable one that lives
/// until the last memory that refers to it is gone.</remarks>
internal sealed unsafe class PageArena
{
    private const int ChunkPages = 256; // 1 MiB: few allocations, and little waste in a machine that writes little.

    private readonly List<nint> _chunks = [];
    private int _nextInChunk = ChunkPages;
    private int _references = 1;

    /// <summary>A frame of undefined content, aligned to its size.</summary>
    public byte* Allocate()
    {
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
        foreach (nint chunk in _chunks) NativeMemory.AlignedFree((void*)chunk);
        _chunks.Clear();
    }
}
