namespace TestLab.Machines.Control;

/// <summary>How an operation ended.</summary>
/// <param name="Ending">In which way.</param>
/// <param name="Value">Exit code, signal's number, error's number (Linux, errno), or the value of a call.</param>
public readonly record struct ControlOutcome(ControlEnding Ending, int Value = 0)
{
    public bool IsSuccess => Ending == ControlEnding.Done && Value == 0;

    /// <summary>One number as a shell would give it: 127 not found, 126 not run, 128 and the signal.</summary>
    public int ExitCode => Ending switch
    {
        ControlEnding.Done => Value,
        ControlEnding.Signalled => 128 + Value,
        ControlEnding.Refused => Value == NoSuchFile ? 127 : 126,
        ControlEnding.TimedOut => 124,
        _ => 125,
    };

    private const int NoSuchFile = 2;

    public override string ToString() => Ending switch
    {
        ControlEnding.Done => $"exit code {Value}",
        ControlEnding.Signalled => $"ended by signal {Value}",
        ControlEnding.Refused => $"refused with error {Value}{NameOf(Value)}",
        ControlEnding.TimedOut => "timed out",
        ControlEnding.TooLong => "too long",
        _ => "lost",
    };

    private static string NameOf(int error) => error switch
    {
        1 => " (not permitted)",
        NoSuchFile => " (no such file or folder)",
        7 => " (too many or too long words)",
        8 => " (not a program for this machine)",
        11 => " (too many operations at once)",
        13 => " (permission denied)",
        20 => " (not a folder)",
        21 => " (a folder)",
        28 => " (no space left)",
        30 => " (read-only)",
        _ => "",
    };
}
