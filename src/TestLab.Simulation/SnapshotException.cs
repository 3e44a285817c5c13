namespace TestLab.Simulation;

/// <summary>A snapshot that is damaged, truncated, foreign or made by another machine; the message is for the user.</summary>
public sealed class SnapshotException : Exception
{
    public SnapshotException()
        : this("The snapshot is damaged.")
    {
    }

    public SnapshotException(string message)
        : base(message)
    {
    }

    public SnapshotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
