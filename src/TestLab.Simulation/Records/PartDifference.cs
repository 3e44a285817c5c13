namespace TestLab.Simulation.Records;

/// <summary>A part in which two runs differ; without a part, the process did something in one of them only.</summary>
public readonly record struct PartDifference(string Process, string? Part)
{
    public override string ToString() => Part is null ? $"{Process} acts in one run only" : $"{Process}: {Part}";
}
