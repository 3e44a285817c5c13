namespace TestLab.Machines.Control;

/// <summary>How an operation on the control channel ended.</summary>
public enum ControlEnding
{
    /// <summary>The program left with an exit code; a file or a call is done.</summary>
    Done,

    /// <summary>A signal ended the program.</summary>
    Signalled,

    /// <summary>The guest's kernel refused it; the error's number says why.</summary>
    Refused,

    /// <summary>It took longer than it was allowed to, in guest time; a program was killed with its process group.</summary>
    TimedOut,

    /// <summary>More came than was wanted.</summary>
    TooLong,

    /// <summary>The channel was reset, or the agent died; what became of it is not known.</summary>
    Lost,
}
