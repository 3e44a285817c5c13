namespace TestLab.Labs.Results;

public sealed record DirectionResult
{
    /// <summary>The figures it was set to at the start, as people write them: <c>2 Mbit/s, 80 ms, loss 1 %</c>.</summary>
    public required string Settings { get; init; }

    /// <summary>The configured rate in bits per second; zero where it has none.</summary>
    public ulong RateBitsPerSecond { get; init; }

    public ulong Frames { get; init; }

    public ulong Bytes { get; init; }

    /// <summary>Frames lost, by cause.</summary>
    public IReadOnlyDictionary<string, ulong> Drops { get; init; } = new Dictionary<string, ulong>();

    public ulong QueueMaximumBytes { get; init; }

    /// <summary>Over time, at equal distances; empty where nothing was sent.</summary>
    public IReadOnlyList<LinkSample> Samples { get; init; } = [];
}
