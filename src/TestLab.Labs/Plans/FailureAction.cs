namespace TestLab.Labs.Plans;

/// <summary>What to keep of a run that did not pass.</summary>
public enum FailureAction
{
    /// <summary>The whole lab, to look at or go on with later.</summary>
    Shelve,

    /// <summary>The last frames of every network.</summary>
    Capture,

    /// <summary>The consoles of all machines.</summary>
    Console,
}
