namespace TestLab.Images.Building;

/// <summary>What a machine is to do for a build; equal errands on equal files give equal results.</summary>
public sealed record BuildErrand
{
    /// <summary>The kernel and the initial RAM file system of an image: with an agent and no root disk.</summary>
    public required string Kernel { get; init; }

    public required string Initrd { get; init; }

    public required string CommandLine { get; init; }

    public required int MemoryMebibytes { get; init; }

    /// <summary>Files that are its first disks, in order; what it writes to them is forgotten.</summary>
    public required IReadOnlyList<string> Disks { get; init; }

    /// <summary>The file that becomes what it wrote to its last disk, which is empty at first.</summary>
    public required string Result { get; init; }

    /// <summary>The size of that disk.</summary>
    public required long ResultBytes { get; init; }

    /// <summary>Lines for its shell.</summary>
    public required string Command { get; init; }

    /// <summary>Hears every line of the command's standard error as it comes.</summary>
    public Action<string>? Heard { get; init; }
}
