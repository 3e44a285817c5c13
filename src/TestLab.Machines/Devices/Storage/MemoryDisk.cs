namespace TestLab.Machines.Devices.Storage;

/// <summary>A read-only disk of bytes in memory: for tests, and for small images.</summary>
public sealed class MemoryDisk(ReadOnlyMemory<byte> content) : IBlockBackend
{
    public ulong SectorCount => (ulong)content.Length / IBlockBackend.SectorBytes;

    public bool IsReadOnly => true;

    public bool TryRead(ulong sector, Span<byte> destination)
    {
        content.Span.Slice((int)sector * IBlockBackend.SectorBytes, destination.Length).CopyTo(destination);
        return true;
    }

    public bool TryWrite(ulong sector, ReadOnlySpan<byte> source) => false;

    public bool TryFlush() => true;
}
