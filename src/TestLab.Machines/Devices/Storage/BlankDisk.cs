namespace TestLab.Machines.Devices.Storage;

/// <summary>A read-only disk of zeros, to be written over.</summary>
public sealed class BlankDisk(ulong sectorCount) : IBlockBackend
{
    public ulong SectorCount => sectorCount;

    public bool IsReadOnly => true;

    public bool TryRead(ulong sector, Span<byte> destination)
    {
        destination.Clear();
        return true;
    }

    public bool TryWrite(ulong sector, ReadOnlySpan<byte> source) => false;

    public bool TryFlush() => true;
}
