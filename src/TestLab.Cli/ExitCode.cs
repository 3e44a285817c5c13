namespace TestLab.Cli;

/// <summary>What the program's exit codes mean, in every verb; <c>boot --run</c> alone passes on the guest's.</summary>
public enum ExitCode
{
    Passed = 0,
    Failed = 1,
    WrongInput = 2,
    MachineryFailed = 3,

    /// <summary>In guest time.</summary>
    TimedOut = 4,

    /// <summary>Ended by Ctrl-C, as a shell reports it: 128 + SIGINT.</summary>
    Interrupted = 130,
}
