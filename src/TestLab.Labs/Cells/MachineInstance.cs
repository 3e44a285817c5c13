using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>A machine of a cell before it is read: its own keys over its templates' over the defaults.</summary>
internal sealed record MachineInstance
{
    public required string Name { get; init; }

    public required string Declaration { get; init; }

    /// <summary>From 1.</summary>
    public required int Index { get; init; }

    /// <summary>Where its name stands.</summary>
    public required Mark Mark { get; init; }

    public required MapNode Node { get; init; }
}
