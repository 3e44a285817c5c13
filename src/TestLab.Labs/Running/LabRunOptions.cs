using TestLab.Labs.Plans;
using TestLab.Networks.Outside;
using TestLab.Simulation.Execution;

namespace TestLab.Labs.Running;

/// <summary>How a cell is run; none of it changes the result, but what the outside says.</summary>
public sealed record LabRunOptions
{
    public int ThreadCount { get; init; } = 1;

    /// <summary>What executes the guests: <c>interpreter</c> or <c>translator</c>; null for the host's best.</summary>
    public string? Engine { get; init; }

    /// <summary>Where consoles, captures, copies and records of the outside go; null keeps none of them.</summary>
    public string? Folder { get; init; }

    /// <summary>Holds the run back; without one, a lab in real time has the wall clock.</summary>
    public IPace? Pace { get; init; }

    /// <summary>
    /// Opens what is beyond a network of type <c>nat</c> or <c>bridged</c>; what it opens is disposed of with the run.
    /// Without it, nothing reaches outside, and the result says so.
    /// </summary>
    public Func<NetworkPlan, IOutside>? Outside { get; init; }

    /// <summary>
    /// The folder of an earlier run of the cell: what was recorded there takes the place of the outside, and of the clock.
    /// </summary>
    public string? Replay { get; init; }

    /// <summary>Adds the hash of the whole state at the end, at the cost of hashing all memory.</summary>
    public bool Hashes { get; init; } = true;
}
