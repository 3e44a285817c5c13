namespace TestLab.Processor.Execution;

/// <summary>What is known of the jump targets of one privilege that the jump cache holds.</summary>
internal sealed class TargetSet
{
    private const int Regions = 4096;
    private const int RegionShift = 22; // Of 4 MiB, the larger of the two usual sizes of large pages.

    private readonly ulong[] _regions = new ulong[Regions / 64]; // By hash, in this generation.

    /// <summary>Targets of other generations are no longer valid.</summary>
    public uint Generation { get; private set; } = 1;

    /// <summary>All of them lie on global pages.</summary>
    public bool AreGlobal { get; private set; } = true;

    public void Note(ulong address, bool isGlobal)
    {
        _regions[RegionOf(address) >> 6] |= 1UL << RegionOf(address);
        AreGlobal &= isGlobal;
    }

    /// <summary>False where there is surely no target on a page, of up to 4 MiB, at this address.</summary>
    public bool HasNear(ulong address) => (_regions[RegionOf(address) >> 6] & 1UL << RegionOf(address)) != 0;

    /// <summary>Begins a new generation; false when there are no more.</summary>
    public bool TryForget()
    {
        Array.Clear(_regions);
        AreGlobal = true;
        return ++Generation != 0;
    }

    public void Restart()
    {
        Array.Clear(_regions);
        (AreGlobal, Generation) = (true, 1);
    }

    private static int RegionOf(ulong address) => (int)(address >> RegionShift) & (Regions - 1);
}
