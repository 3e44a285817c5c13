using System.Runtime.InteropServices;

namespace TestLab.Processor.Execution;

/// <summary>Native memory for decoded blocks: filled from front to back, emptied all at once.</summary>
internal sealed unsafe class BlockArena(int limitBytes) : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly List<nint> _chunks = [];
    private int _current = -1;
    private int _used = ChunkBytes;

    ~BlockArena() => Free();

    public long UsedBytes => (long)Math.Max(_current, 0) * ChunkBytes + (_current < 0 ? 0 : _used);

    /// <summary>Null when the limit is reached: then empty the cache.</summary>
    public byte* TryAllocate(int bytes)
    {
        bytes = (bytes + 63) & ~63;
        if (_used + bytes > ChunkBytes)
        {
            if ((long)(_current + 2) * ChunkBytes > limitBytes) return null;
            if (++_current == _chunks.Count) _chunks.Add((nint)NativeMemory.AlignedAlloc(ChunkBytes, 64));
            _used = 0;
        }

        byte* place = (byte*)_chunks[_current] + _used;
        _used += bytes;
        return place;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    public void Clear()
    {
        _current = -1;
        _used = ChunkBytes;
    }

    private void Free()
    {
        foreach (nint chunk in _chunks) NativeMemory.AlignedFree((void*)chunk);
        _chunks.Clear();
    }
}
