using TestLab.Processor.Execution;

namespace TestLab.Cli.Boot;

/// <summary>What the user asked <c>boot</c> for; quantities are in base units, files are not looked at yet.</summary>
internal sealed record BootRequest
{
    public string? Image { get; init; }

    public string? Kernel { get; init; }

    public string? Initrd { get; init; }

    public string? Append { get; init; }

    public required IReadOnlyList<DiskRequest> Disks { get; init; }

    /// <summary>A command to run in the guest instead of showing its console.</summary>
    public string? Run { get; init; }

    public string? Until { get; init; }

    public string? Restore { get; init; }

    public SaveRequest? Save { get; init; }

    public long? MemoryBytes { get; init; }

    public string? Cpu { get; init; }

    public long? InstructionsPerSecond { get; init; }

    public EngineKind Engine { get; init; }

    public ulong Seed { get; init; }

    /// <summary>From the start of this session; null where the user knows best.</summary>
    public long? TimeLimitNanoseconds { get; init; }

    public bool ShowsHash { get; init; }

    public bool ShowsStatistics { get; init; }

    /// <summary>Everything as one JSON object on stdout, for programs; so nobody types.</summary>
    public bool PrintsJson { get; init; }
}
