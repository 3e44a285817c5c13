namespace TestLab.Machines;

/// <summary>Why a machine stopped running.</summary>
public enum RunResult
{
    /// <summary>It reached the time it was to run to.</summary>
    TimeReached,

    /// <summary>It halted with no event to come: only input from outside can wake it.</summary>
    Idle,

    /// <summary>The guest switched it off.</summary>
    PoweredOff,

    /// <summary>The guest asked for a reset, or died of a triple fault; call <see cref="PersonalComputer.Reset"/> and load anew.</summary>
    ResetRequested,

    /// <summary>Somebody called <see cref="PersonalComputer.RequestStop"/>.</summary>
    Stopped,
}
