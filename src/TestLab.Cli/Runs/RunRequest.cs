namespace TestLab.Cli.Runs;

/// <summary>What <c>run</c> was asked for.</summary>
internal sealed record RunRequest
{
    public required string Lab { get; init; }

    public IReadOnlyList<string> Only { get; init; } = [];

    public ulong? Seed { get; init; }

    public int? Threads { get; init; }

    public int? Jobs { get; init; }

    public string? Engine { get; init; }

    public string? Folder { get; init; }

    /// <summary>The folder of an earlier run.</summary>
    public string? Replay { get; init; }

    public string? Junit { get; init; }

    public string? Html { get; init; }

    public bool ListsCells { get; init; }

    public bool PrintsJson { get; init; }

    public bool IsQuiet { get; init; }
}
