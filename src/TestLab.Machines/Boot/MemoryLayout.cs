namespace TestLab.Machines.Boot;

/// <summary>
/// Where the RAM of a machine stands: from zero to 3 GiB, the rest from 4 GiB on, with the old hole of the PC between
/// 639 KiB and 1 MiB reserved for the board's tables.
/// </summary>
public sealed record MemoryLayout(ulong RamBytes)
{
    /// <summary>The first address of the hole below 1 MiB.</summary>
    public const ulong HoleStart = 0x9FC00;

    /// <summary>The first address after the hole below 1 MiB.</summary>
    public const ulong HoleEnd = 0x100000;

    /// <summary>Where the RAM below 4 GiB ends at the latest; from here to 4 GiB stand devices.</summary>
    public const ulong LowEndMaximum = 3UL << 30;

    /// <summary>Where the RAM that does not fit below 4 GiB starts.</summary>
    public const ulong HighStart = 4UL << 30;

    /// <summary>The first address after the RAM below 4 GiB.</summary>
    public ulong LowEnd => Math.Min(RamBytes, LowEndMaximum);

    /// <summary>All ranges, by address.</summary>
    public IReadOnlyList<MemoryRange> Ranges()
    {
        List<MemoryRange> ranges =
        [
            new(0, Math.Min(RamBytes, HoleStart), MemoryKind.Usable),
            new(HoleStart, HoleEnd - HoleStart, MemoryKind.Reserved),
        ];
        if (LowEnd > HoleEnd)
        {
            ranges.Add(new MemoryRange(HoleEnd, LowEnd - HoleEnd, MemoryKind.Usable));
        }
        if (RamBytes > LowEnd)
        {
            ranges.Add(new MemoryRange(HighStart, RamBytes - LowEnd, MemoryKind.Usable));
        }
        return ranges;
    }
}
