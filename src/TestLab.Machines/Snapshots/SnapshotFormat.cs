namespace TestLab.Machines.Snapshots;

/// <summary>The file of a machine: magic, version, named sections, and a section with the hash of all before it.</summary>
/// <remarks>
/// A section is a length byte, its name in ASCII, a 32-bit length, its bytes. The first is the machine's description;
/// then come the processor and each part of <see cref="MachineParts"/>; then RAM and disks as packs of pages. Pages of
/// zeros are not stored. Formats only grow: new sections and new fields at the ends of old ones.
/// </remarks>
internal static class SnapshotFormat
{
    public const uint Version = 2;
    public const int NameLimitBytes = 64;

    /// <summary>No section is longer; a damaged length is told from a real one by it.</summary>
    public const int SectionLimitBytes = 1 << 30;

    public const int PageBytes = 4096;
    public const int PackPages = 64; // 256 KiB: large enough to compress well.
    public const int CompressionLevel = 1;

    public const string DescriptionSection = "machine";
    public const string ProcessorSection = "processor";
    public const string MemorySection = "memory";
    public const string EndSection = "end";

    public static ReadOnlySpan<byte> Magic => "TESTLABM"u8;

    public static string DiskSection(int index) => $"overlay{index}";
}
