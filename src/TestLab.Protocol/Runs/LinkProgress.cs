namespace TestLab.Protocol.Runs;

/// <summary>What a link does at the moment.</summary>
public sealed record LinkProgress(string Name)
{
    /// <summary>To the machine, over the guest time since the last news.</summary>
    public double DownBitsPerSecond { get; init; }

    /// <summary>From the machine.</summary>
    public double UpBitsPerSecond { get; init; }

    /// <summary>What waits to be sent, in both directions together.</summary>
    public long QueueBytes { get; init; }

    /// <summary>Frames lost since the start, in both directions together.</summary>
    public ulong Drops { get; init; }
}
