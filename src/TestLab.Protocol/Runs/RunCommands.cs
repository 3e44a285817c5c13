namespace TestLab.Protocol.Runs;

/// <summary>What the director is asked to do about a run; each gets one <see cref="IRunReply"/>.</summary>
public interface IRunCommand : IRunMessage;

/// <summary>Runs a lab; the sender watches it from the start.</summary>
public sealed record StartRun(RunId Run) : IRunCommand
{
    /// <summary>The full path of the lab file.</summary>
    public required string LabFile { get; init; }

    /// <summary>As the user named it, for reports.</summary>
    public required string LabName { get; init; }

    /// <summary>The full path of the folder for results; it exists.</summary>
    public required string Folder { get; init; }

    /// <summary>Choices among the cells, each as <c>name=value</c>; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>In place of the lab's own.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Threads for each cell; null lets the node choose.</summary>
    public int? Threads { get; init; }

    /// <summary>How many cells run at once on a node at most; null for as many as memory and cores allow.</summary>
    public int? Jobs { get; init; }

    /// <summary>The engine of the processors by name; null for the usual one.</summary>
    public string? Engine { get; init; }

    /// <summary>
    /// The full path of an earlier run's folder: what the outside said then takes the place of the outside.
    /// </summary>
    public string? Replay { get; init; }

    /// <summary>The version of the program, for reports.</summary>
    public string Version { get; init; } = "";
}

/// <summary>Ends a run early; what ran so far becomes its result.</summary>
public sealed record StopRun(RunId Run) : IRunCommand;

/// <summary>Sends the sender all further <see cref="IRunEvent"/>s of the run.</summary>
public sealed record WatchRun(RunId Run) : IRunCommand;

/// <summary>Sends no more.</summary>
public sealed record UnwatchRun(RunId Run) : IRunCommand;
