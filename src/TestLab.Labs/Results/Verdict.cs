namespace TestLab.Labs.Results;

/// <summary>How a step, a cell or a run ended, from best to worst: a whole has the verdict of its worst part.</summary>
public enum Verdict
{
    Passed,

    /// <summary>A step of the test did not give what the lab file expects.</summary>
    Failed,

    /// <summary>Guest time ran out: a machine never got ready, or a command never ended.</summary>
    TimedOut,

    /// <summary>Somebody stopped the run.</summary>
    Cancelled,

    /// <summary>The machinery failed: an image could not be built, a machine could not be made.</summary>
    Broken,
}
