namespace TestLab.Labs.Results;

/// <summary>One cell of the matrix; a lab without a matrix has one, with an empty name.</summary>
public sealed record CellResult
{
    /// <summary>The values of the cell, such as <c>release=12 line=dsl</c>.</summary>
    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public required ulong Seed { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>What went wrong, in one line; null where it passed.</summary>
    public string? Failure { get; init; }

    /// <summary>The hash of the whole run; equal hashes are equal runs.</summary>
    public string? Hash { get; init; }

    /// <summary>From power-on to the verdict, in guest time.</summary>
    public long VirtualNanoseconds { get; init; }

    public double HostSeconds { get; init; }

    public IReadOnlyList<NetworkResult> Networks { get; init; } = [];

    public IReadOnlyList<MachineResult> Machines { get; init; } = [];

    public IReadOnlyList<StepResult> Steps { get; init; } = [];

    public IReadOnlyList<LinkResult> Links { get; init; } = [];

    public IReadOnlyList<TimelineEvent> Timeline { get; init; } = [];

    /// <summary>Files beside the report, as paths from its folder: consoles, captures, copies from machines.</summary>
    public IReadOnlyList<ResultFile> Files { get; init; } = [];
}
