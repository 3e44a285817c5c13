namespace TestLab.Labs.Plans;

/// <summary>One machine of a cell.</summary>
public sealed record MachinePlan
{
    /// <summary>Unique in the cell, and the machine's host name: <c>server</c>, <c>peer-3</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The key in the lab file: <c>peer</c> for <c>peer-3</c>.</summary>
    public required string Declaration { get; init; }

    /// <summary>1 to the declaration's count.</summary>
    public required int Index { get; init; }

    public required ImagePlan Image { get; init; }

    public required ulong MemoryBytes { get; init; }

    /// <summary>What virtual time is counted by.</summary>
    public required ulong InstructionsPerSecond { get; init; }

    /// <summary>The name of the CPU model.</summary>
    public required string Processor { get; init; }

    /// <summary>By slot: the first is the guest's eth0.</summary>
    public required IReadOnlyList<CardPlan> Cards { get; init; }

    /// <summary>Copied in after the boot, before <see cref="StartPlan.Commands"/>; in the order of the file.</summary>
    public required IReadOnlyList<FilePlan> Files { get; init; }

    /// <summary>Set for every command that runs in the machine.</summary>
    public required IReadOnlyList<EnvironmentVariable> Environment { get; init; }

    /// <summary>Whether it passes packets on between its networks.</summary>
    public required bool IsRouter { get; init; }

    public required StartPlan Start { get; init; }

    /// <summary>When others may count on it; conditions hold one after the other.</summary>
    public required Readiness Ready { get; init; }

    public required StopPlan Stop { get; init; }
}

/// <summary>A file or folder that a machine gets before it starts its work.</summary>
public sealed record FilePlan
{
    /// <summary>The absolute path in the guest.</summary>
    public required string To { get; init; }

    /// <summary>A file or folder of the host, relative to the lab's folder; null where <see cref="Content"/> is not.</summary>
    public string? From { get; init; }

    /// <summary>The text itself, in UTF-8.</summary>
    public string? Content { get; init; }

    /// <summary>The permission bits of the files; null keeps those of the host's, or 0644.</summary>
    public int? Mode { get; init; }

    /// <summary>Of the content; of a folder, over the relative paths and contents of its files by name. Part of the run's identity.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>A variable of the environment of commands.</summary>
public sealed record EnvironmentVariable(string Name, string Value);
