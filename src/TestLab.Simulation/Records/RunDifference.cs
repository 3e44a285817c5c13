namespace TestLab.Simulation.Records;

/// <summary>The first epoch in which two runs differ, and in what.</summary>
/// <param name="EqualAt">The beginning of the epoch: until here everything was equal.</param>
/// <param name="DifferentAt">Its end.</param>
/// <param name="Parts">By process, in the order of the records; not empty.</param>
public sealed record RunDifference(
    long Epoch, VirtualTime EqualAt, VirtualTime DifferentAt, IReadOnlyList<PartDifference> Parts)
{
    public override string ToString() =>
        $"equal until {EqualAt}, different at {DifferentAt} (epoch {Epoch}): {string.Join("; ", Parts)}";
}
