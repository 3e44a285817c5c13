namespace TestLab.Labs.Results;

/// <summary>One expectation beside what came.</summary>
public sealed record CheckResult
{
    /// <summary>What was looked at: <c>exit</c>, <c>stdout</c>, <c>stderr</c>, <c>time</c>, <c>down.rate</c>.</summary>
    public required string Subject { get; init; }

    public required string Expected { get; init; }

    public required string Got { get; init; }

    public required bool Passed { get; init; }
}
