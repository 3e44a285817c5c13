using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace TestLab.Images.Hosting;

/// <summary>A file of the host as memory, for reading; it stays mapped until it is disposed of.</summary>
/// <remarks>The file must not be cut while it is mapped: what is replaced as a whole never is.</remarks>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _bytes;

    private MappedFile(string path, int bytes)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
        _bytes = bytes;
    }

    /// <exception cref="IOException">It cannot be read, is empty, or is larger than an array may be.</exception>
    public static MappedFile Open(string path)
    {
        long bytes = new FileInfo(path).Length;
        if (bytes == 0 || bytes > Array.MaxLength) throw new IOException($"{path} has {bytes} bytes");
        return new MappedFile(path, (int)bytes);
    }

    public override Span<byte> GetSpan() => new(_start, _bytes);

    // The memory does not move.
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
