namespace TestLab.Protocol;

/// <summary>How a step ended.</summary>
public enum StepVerdict
{
    Passed,
    Failed,
    TimedOut,
    Skipped,
}
