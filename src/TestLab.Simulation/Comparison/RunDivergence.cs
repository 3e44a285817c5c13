using TestLab.Simulation.Records;

namespace TestLab.Simulation.Comparison;

/// <summary>Where two runs part: what happens at one nanosecond makes them differ.</summary>
/// <param name="Time">Everything strictly before it is equal in both.</param>
/// <param name="Parts">What differs after it; not empty.</param>
/// <param name="Steps">The step, for each process among them that can be run step by step.</param>
public sealed record RunDivergence(
    VirtualTime Time, IReadOnlyList<PartDifference> Parts, IReadOnlyList<StepDifference> Steps)
{
    public override string ToString() =>
        string.Join(Environment.NewLine, [$"different from {Time}: {string.Join("; ", Parts)}", .. Steps]);
}
