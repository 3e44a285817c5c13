using TestLab.Labs.Results;

namespace TestLab.Labs.Running;

/// <summary>How one try of a step ended.</summary>
internal sealed record StepOutcome(StepVerdict Verdict, string? Failure, IReadOnlyList<AttemptResult> Attempts);
