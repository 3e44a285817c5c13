namespace TestLab.Cli.Boot;

/// <summary>The machine to be built: every file is named, every default is filled in.</summary>
internal sealed record MachinePlan
{
    public const long DefaultMemoryBytes = 256L << 20;
    public const long DefaultInstructionsPerSecond = 1_000_000_000;

    /// <summary>What a kernel of the user's own needs in order to be seen and to end.</summary>
    public const string DefaultCommandLine = "console=ttyS0 reboot=k panic=-1";

    public required string Kernel { get; init; }

    public string? Initrd { get; init; }

    public required string CommandLine { get; init; }

    public required IReadOnlyList<DiskRequest> Disks { get; init; }

    public long MemoryBytes { get; init; } = DefaultMemoryBytes;

    public long InstructionsPerSecond { get; init; } = DefaultInstructionsPerSecond;

    public string? Cpu { get; init; }

    public ulong Seed { get; init; }
}
