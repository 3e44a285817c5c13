namespace TestLab.Labs.Results;

public enum StepVerdict
{
    Passed,
    Failed,
    TimedOut,

    /// <summary>A step before it failed, and it does not say <c>always</c>.</summary>
    Skipped,
}
