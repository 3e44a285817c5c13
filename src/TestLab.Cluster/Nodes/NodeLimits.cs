namespace TestLab.Cluster.Nodes;

/// <summary>What a node has for labs.</summary>
public sealed record NodeLimits
{
    /// <summary>Left to everything else.</summary>
    private const ulong ReserveBytes = 512UL << 20;

    public required int Cores { get; init; }

    /// <summary>Memory for machines.</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>This host, within the limits of its container.</summary>
    public static NodeLimits OfThisHost()
    {
        ulong memory = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new NodeLimits
        {
            Cores = Environment.ProcessorCount,
            MemoryBytes = memory > 2 * ReserveBytes ? memory - ReserveBytes : memory / 2,
        };
    }
}
