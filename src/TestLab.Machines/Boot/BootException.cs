namespace TestLab.Machines.Boot;

/// <summary>The kernel cannot be booted; the message is one line for the user.</summary>
public sealed class BootException(BootError error, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public BootError Error { get; } = error;
}
