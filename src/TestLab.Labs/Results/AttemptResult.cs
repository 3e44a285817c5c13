namespace TestLab.Labs.Results;

public sealed record AttemptResult
{
    /// <summary>Of each output; the rest is dropped from the middle, and the text says so.</summary>
    public const int OutputLimitCharacters = 65_536;

    /// <summary>Null for steps of the whole lab.</summary>
    public string? Machine { get; init; }

    /// <summary>The command as it ran there; null where none did.</summary>
    public string? Command { get; init; }

    public long StartNanoseconds { get; init; }

    public long EndNanoseconds { get; init; }

    public int? ExitCode { get; init; }

    public string Stdout { get; init; } = "";

    public string Stderr { get; init; } = "";

    public IReadOnlyList<CheckResult> Checks { get; init; } = [];
}
