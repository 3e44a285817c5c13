using TestLab.Machines.Snapshots;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Storage;

/// <summary>A read-only base beneath what has been written since, in clusters of 4 KiB.</summary>
/// <remarks>Memory grows with what the guest writes, up to the size of the disk; the base is never touched.</remarks>
public sealed class OverlayDisk(IBlockBackend baseMedium) : IBlockBackend
{
    public const int ClusterBytes = 4096;

    private const uint ClusterSectors = ClusterBytes / IBlockBackend.SectorBytes;

    // Looked up by number only; whoever enumerates sorts first.
    private readonly Dictionary<ulong, byte[]> _clusters = [];
    private readonly PageDigest _digest = new();

    public ulong SectorCount => baseMedium.SectorCount;

    public bool IsReadOnly => false;

    public int ClusterCount => _clusters.Count;

    public bool TryRead(ulong sector, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int length = PartInCluster(sector, destination.Length, out int offset);
            Span<byte> part = destination[..length];
            if (_clusters.TryGetValue(sector / ClusterSectors, out byte[]? cluster)) cluster.AsSpan(offset, length).CopyTo(part);
            else if (!baseMedium.TryRead(sector, part)) return false;
            destination = destination[length..];
            sector += (uint)length / IBlockBackend.SectorBytes;
        }

        return true;
    }

    public bool TryWrite(ulong sector, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            int length = PartInCluster(sector, source.Length, out int offset);
            if (!TryOwn(sector / ClusterSectors, out byte[] cluster)) return false;
            source[..length].CopyTo(cluster.AsSpan(offset));
            _digest.Changed(sector / ClusterSectors);
            source = source[length..];
            sector += (uint)length / IBlockBackend.SectorBytes;
        }

        return true;
    }

    public bool TryFlush() => true;

    /// <summary>The hash of what has been written; it costs what has changed since it was last asked for.</summary>
    public StateHash Hash() => _digest.Update(number => _clusters[number]);

    /// <summary>The written clusters by number, in order.</summary>
    public IEnumerable<KeyValuePair<ulong, byte[]>> Clusters() => _clusters.OrderBy(cluster => cluster.Key);

    /// <summary>Takes clusters in place of all that were written.</summary>
    public void Replace(IEnumerable<KeyValuePair<ulong, byte[]>> clusters)
    {
        _clusters.Clear();
        _digest.Clear();
        foreach ((ulong number, byte[] content) in clusters)
        {
            if (number >= (SectorCount + ClusterSectors - 1) / ClusterSectors || content.Length != ClusterBytes)
                throw new SnapshotException("The snapshot is damaged: a disk is smaller than what was written to it.");
            _clusters[number] = content;
            _digest.Changed(number);
        }
    }

    private bool TryOwn(ulong number, out byte[] cluster)
    {
        if (_clusters.TryGetValue(number, out byte[]? present))
        {
            cluster = present;
            return true;
        }

        cluster = new byte[ClusterBytes];
        ulong first = number * ClusterSectors;
        int sectors = (int)Math.Min(ClusterSectors, SectorCount - first);
        if (!baseMedium.TryRead(first, cluster.AsSpan(0, sectors * IBlockBackend.SectorBytes))) return false;
        _clusters.Add(number, cluster);
        return true;
    }

    private static int PartInCluster(ulong sector, int length, out int offset)
    {
        offset = (int)(sector % ClusterSectors) * IBlockBackend.SectorBytes;
        return Math.Min(length, ClusterBytes - offset);
    }
}
