namespace TestLab.Labs.Results;

/// <summary>What a direction did in one span of guest time.</summary>
public sealed record LinkSample
{
    /// <summary>When the span begins.</summary>
    public long StartNanoseconds { get; init; }

    public double BitsPerSecond { get; init; }

    /// <summary>The mean time from sending to arrival of the frames of the span; zero without frames.</summary>
    public long DelayNanoseconds { get; init; }

    public ulong Drops { get; init; }
}
