namespace TestLab.Simulation.Snapshots;

/// <summary>The file of a simulation: magic, version, sections in a fixed order, and one with the hash of all before it.</summary>
/// <remarks>
/// A section is a length byte, its name in UTF-8, pieces with 32-bit lengths, and a zero: so a part of any size is written
/// without being known in full. The first is the simulation's own; then come the parts of each process, named
/// "process/part". Formats only grow, at the ends.
/// </remarks>
internal static class SimulationFormat
{
    public const uint Version = 1;
    public const int NameLimitBytes = 255;

    /// <summary>No piece is longer, so a damaged length costs no memory.</summary>
    public const int PieceLimitBytes = 1 << 18;

    public const string SimulationSection = "simulation";
    public const string EndSection = "end";

    public static ReadOnlySpan<byte> Magic => "TESTLABS"u8;

    public static string PartSection(string process, string part) => $"{process}/{part}";
}
