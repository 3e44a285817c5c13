namespace TestLab.Protocol;

/// <summary>How a run, or a cell of it, ended; from best to worst.</summary>
public enum RunVerdict
{
    Passed,
    Failed,

    /// <summary>In guest time.</summary>
    TimedOut,

    Cancelled,

    /// <summary>The machinery failed: no image, no machine.</summary>
    Broken,
}
