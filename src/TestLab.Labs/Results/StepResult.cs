namespace TestLab.Labs.Results;

public sealed record StepResult
{
    public required string Name { get; init; }

    /// <summary>What kind of step it is: <c>run</c>, <c>copy</c>, <c>wait</c>, <c>measure</c>, <c>link</c> and so on.</summary>
    public required string Kind { get; init; }

    /// <summary>Where it ran; empty for steps of the whole lab.</summary>
    public IReadOnlyList<string> Machines { get; init; } = [];

    /// <summary>The place in the lab file, as <c>file:line</c>.</summary>
    public string? Source { get; init; }

    public required StepVerdict Verdict { get; init; }

    /// <summary>Why it did not pass, in one line.</summary>
    public string? Failure { get; init; }

    public long StartNanoseconds { get; init; }

    public long EndNanoseconds { get; init; }

    /// <summary>How often it was tried; more than once only where the step says <c>retry</c>.</summary>
    public int Tries { get; init; } = 1;

    /// <summary>One for each try and machine, in that order; those of the last try decide.</summary>
    public IReadOnlyList<AttemptResult> Attempts { get; init; } = [];

    /// <summary>Passed, but not at the first try.</summary>
    public bool IsFlaky => Verdict == StepVerdict.Passed && Tries > 1;
}
