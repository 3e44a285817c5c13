using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Execution;

/// <summary>A process threw, so the run cannot go on; the inner exception is what it threw.</summary>
/// <remarks>Of several, the one that fails first in virtual time, so that a run fails the same way every time.</remarks>
public sealed class ProcessFailedException : Exception
{
    public ProcessFailedException()
    {
    }

    public ProcessFailedException(string message)
        : base(message)
    {
    }

    public ProcessFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal ProcessFailedException(LogicalProcess process, Exception cause)
        : base($"{process.Name} failed at {process.Now}: {cause.Message}", cause) =>
        (ProcessName, Time) = (process.Name, process.Now);

    public string ProcessName { get; } = "";

    /// <summary>Where the process stood.</summary>
    public VirtualTime Time { get; }
}
