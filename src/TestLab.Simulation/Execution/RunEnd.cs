namespace TestLab.Simulation.Execution;

/// <summary>Why a run ended.</summary>
public enum RunEnd
{
    /// <summary>It came to the time it was told.</summary>
    Reached,

    /// <summary>A process raised a switch.</summary>
    Stopped,

    /// <summary>It was cancelled from outside, and stands at the nearest common time.</summary>
    Cancelled,
}
