using TestLab.Simulation.Execution;

namespace TestLab.Labs.Running;

/// <summary>How a cell is run; none of it changes the result.</summary>
public sealed record LabRunOptions
{
    public int ThreadCount { get; init; } = 1;

    /// <summary>Where consoles, captures and copies go; null keeps none of them.</summary>
    public string? Folder { get; init; }

    /// <summary>Holds a run in real time back.</summary>
    public IPace? Pace { get; init; }

    /// <summary>Adds the hash of the whole state at the end, at the cost of hashing all memory.</summary>
    public bool Hashes { get; init; } = true;
}
