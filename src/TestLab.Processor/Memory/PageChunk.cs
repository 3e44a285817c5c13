using System.Runtime.InteropServices;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Memory;

/// <summary>A run of zeroed page frames from the host.</summary>
/// <remarks>Large ones are aligned so that the host can back them with one large page: one fault in place of 512.</remarks>
internal readonly unsafe struct PageChunk
{
    /// <summary>The host's large page.</summary>
    public const int LargeBytes = 2 << 20;

    private readonly bool _isMapped;

    private PageChunk(byte* first, int bytes, bool isMapped)
    {
        First = first;
        Bytes = bytes;
        _isMapped = isMapped;
    }

    public byte* First { get; }

    public int Bytes { get; }

    /// <param name="bytes">A multiple of the page size, up to <see cref="LargeBytes"/>.</param>
    /// <exception cref="InsufficientMemoryException">The host has no more.</exception>
    public static PageChunk Allocate(int bytes)
    {
        if (OperatingSystem.IsLinux()) return Map(bytes);
        byte* first = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, GuestMemory.PageSize);
        NativeMemory.Clear(first, (nuint)bytes);
        return new PageChunk(first, bytes, isMapped: false);
    }

    public void Free()
    {
        if (_isMapped) _ = MemoryFile.Unmap((nint)First, (nuint)Bytes);
        else NativeMemory.AlignedFree(First);
    }

    private static PageChunk Map(int bytes)
    {
        bool isLarge = bytes == LargeBytes;
        nint length = isLarge ? 2 * bytes : bytes;
        const int access = MemoryFile.Read | MemoryFile.Write;
        nint start = MemoryFile.Map(0, (nuint)length, access, MemoryFile.Private | MemoryFile.Anonymous, -1, 0);
        if (start == MemoryFile.Failed) throw new InsufficientMemoryException("The host gives no more memory for guest pages.");
        if (!isLarge) return new PageChunk((byte*)start, bytes, isMapped: true);

        nint first = (start + bytes - 1) & -(nint)bytes;
        if (first != start) _ = MemoryFile.Unmap(start, (nuint)(first - start));
        if (first + bytes != start + length) _ = MemoryFile.Unmap(first + bytes, (nuint)(start + length - (first + bytes)));
        _ = MemoryFile.Advise(first, (nuint)bytes, MemoryFile.LargePages); // A host without large pages does as well.
        return new PageChunk((byte*)first, bytes, isMapped: true);
    }
}
