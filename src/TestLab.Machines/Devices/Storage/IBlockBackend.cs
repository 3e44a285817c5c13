namespace TestLab.Machines.Devices.Storage;

/// <summary>The medium of a disk, in sectors. It answers at once; how long a disk takes is the device's model.</summary>
public interface IBlockBackend
{
    const int SectorBytes = 512;

    ulong SectorCount { get; }

    bool IsReadOnly { get; }

    /// <summary>Reads whole sectors; false when the host cannot, which the guest sees as a medium error.</summary>
    bool TryRead(ulong sector, Span<byte> destination);

    bool TryWrite(ulong sector, ReadOnlySpan<byte> source);

    bool TryFlush();
}
