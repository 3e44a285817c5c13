namespace TestLab.Protocol.Cells;

/// <summary>What a node is asked to do about a cell; it answers with the cell's events, the last of them its end.</summary>
public interface ICellCommand : IMessage
{
    CellId Cell { get; }
}

/// <summary>Runs a cell as soon as the node has room for it.</summary>
public sealed record RunCell(CellId Cell) : ICellCommand
{
    /// <summary>The full path of the lab file.</summary>
    public required string LabFile { get; init; }

    /// <summary>The full path of the folder for the cell's files; it need not exist.</summary>
    public required string Folder { get; init; }

    /// <summary>The RAM of its machines.</summary>
    public required ulong MemoryBytes { get; init; }

    public ulong? Seed { get; init; }

    public int? Threads { get; init; }

    /// <summary>How many cells of the run this node may run at once.</summary>
    public int? Jobs { get; init; }

    public string? Engine { get; init; }

    /// <summary>
    /// What it takes of the host that only one can have, as <c>tcp/8080</c> or <c>tap/lab0</c>: cells that share one run
    /// one after another. Null: nothing.
    /// </summary>
    public IReadOnlyList<string>? Claims { get; init; }

    /// <summary>The full path of the folder of an earlier run of the cell, in place of the outside.</summary>
    public string? Replay { get; init; }

    /// <summary>Of the program that asks.</summary>
    public string Version { get; init; } = "";
}

/// <summary>Ends a cell early.</summary>
public sealed record StopCell(CellId Cell) : ICellCommand;
