namespace TestLab.Simulation.Processes;

/// <summary>A process handed over a frame earlier than the lookahead of its port allows: a defect of the process.</summary>
public sealed class BrokenPromiseException : Exception
{
    public BrokenPromiseException()
    {
    }

    public BrokenPromiseException(string message)
        : base(message)
    {
    }

    public BrokenPromiseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
