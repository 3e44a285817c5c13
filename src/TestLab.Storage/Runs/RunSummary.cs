using TestLab.Labs.Results;

namespace TestLab.Storage.Runs;

/// <summary>A run in a list.</summary>
public sealed record RunSummary
{
    public required string Run { get; init; }

    public required string Lab { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required Verdict Verdict { get; init; }

    public required int Cells { get; init; }

    public required int CellsPassed { get; init; }

    public required double HostSeconds { get; init; }

    /// <summary>The folder with the run's files; it may be gone.</summary>
    public string? Folder { get; init; }
}
