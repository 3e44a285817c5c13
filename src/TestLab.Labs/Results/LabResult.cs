namespace TestLab.Labs.Results;

/// <summary>All that is known of a run afterwards: what reports show, the catalog keeps and <c>--json</c> prints.</summary>
/// <remarks>Stored as JSON. Append-only: new properties are optional, and none changes its meaning.</remarks>
public sealed record LabResult
{
    /// <summary>The run's name in the catalog, such as <c>web-20261128-053000</c>.</summary>
    public required string Run { get; init; }

    public required string Lab { get; init; }

    /// <summary>The lab file as the user named it.</summary>
    public required string LabFile { get; init; }

    /// <summary>SHA-256 of lab file, images and engine in canonical form: runs of equal identity give equal hashes.</summary>
    public string? Identity { get; init; }

    public required string Version { get; init; }

    /// <summary>Of the host's clock; for people, never for a verdict.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public double HostSeconds { get; init; }

    public required IReadOnlyList<CellResult> Cells { get; init; }

    public Verdict Verdict => Cells.Count == 0 ? Verdict.Broken : Cells.Max(cell => cell.Verdict);
}
