namespace TestLab.Labs.Results;

public sealed record MachineResult
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    public ulong MemoryBytes { get; init; }

    /// <summary>Where it was in its life at the end: <c>waiting</c>, <c>booting</c>, <c>ready</c>, <c>off</c>, <c>failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Moments of guest time in nanoseconds; null where it did not come to that.</summary>
    public long? StartedAtNanoseconds { get; init; }

    public long? ReadyAtNanoseconds { get; init; }

    public long? StoppedAtNanoseconds { get; init; }

    /// <summary>Instructions it retired.</summary>
    public ulong Instructions { get; init; }

    public IReadOnlyList<MachineNetwork> Networks { get; init; } = [];

    /// <summary>The whole console, as a path from the report's folder.</summary>
    public string? ConsoleFile { get; init; }

    /// <summary>The last lines of the console.</summary>
    public string ConsoleTail { get; init; } = "";

    public string? Hash { get; init; }

    /// <summary>A machine's place in a network.</summary>
    public sealed record MachineNetwork
    {
        public required string Network { get; init; }

        public string? Address { get; init; }

        /// <summary>The name of the link, such as <c>client.wan</c>.</summary>
        public required string Link { get; init; }
    }
}
