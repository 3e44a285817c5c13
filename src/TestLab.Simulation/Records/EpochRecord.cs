namespace TestLab.Simulation.Records;

/// <summary>What a process was at the end of one epoch.</summary>
/// <param name="Epoch">Epoch n lies between n and n + 1 times the length of an epoch.</param>
/// <param name="Hashes">One for each part; those missing at the end are zero.</param>
public sealed record EpochRecord(long Epoch, IReadOnlyList<ulong> Hashes)
{
    internal ulong HashOf(int part) => part >= 0 && part < Hashes.Count ? Hashes[part] : 0;
}
