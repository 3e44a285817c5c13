using TestLab.Labs.Results;

namespace TestLab.Storage.Runs;

/// <summary>How one step ended in one cell of one run.</summary>
public sealed record StepRecord
{
    public required string Run { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Cell { get; init; }

    public required ulong Seed { get; init; }

    public required string Step { get; init; }

    public required StepVerdict Verdict { get; init; }

    public required int Tries { get; init; }

    public required long DurationNanoseconds { get; init; }
}
