namespace TestLab.Cli.Boot;

/// <summary>How a session ended: the program's exit code, and a line for stderr where that does not say it all.</summary>
internal sealed record Ending(int ExitCode, string? Message = null)
{
    public Ending(ExitCode code, string? message = null)
        : this((int)code, message)
    {
    }
}
