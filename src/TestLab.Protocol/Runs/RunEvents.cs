using System.Text.Json.Serialization;

namespace TestLab.Protocol.Runs;

/// <summary>Something that happened in a run, told to those who watch it, in order.</summary>
public interface IRunEvent : IRunMessage;

/// <summary>The cells are known.</summary>
/// <param name="Cells">In the order of the matrix.</param>
public sealed record RunStarted(RunId Run, IReadOnlyList<string> Cells) : IRunEvent;

/// <summary>A node has begun with a cell.</summary>
public sealed record CellStarted(CellId Cell) : IRunEvent
{
    public RunId Run => Cell.Run;

    public IReadOnlyList<string> Machines { get; init; } = [];

    /// <summary>The names of the steps in their order.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}

/// <summary>What is done for an image: a line for the user.</summary>
/// <param name="Machine">For which it is; others may need it too.</param>
/// <param name="IsWarning">Something was left out.</param>
/// <param name="IsDetail">Changes by the second: where lines stay, a few are enough; absent in earlier versions.</param>
public sealed record ImageProgressed(
    MachineId Machine,
    string Text,
    bool IsWarning,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsDetail = false) : IRunEvent
{
    public RunId Run => Machine.Cell.Run;
}

/// <summary>A machine came to another stage of its life.</summary>
public sealed record MachineStageChanged(MachineId Machine, MachineStage Stage) : IRunEvent
{
    public RunId Run => Machine.Cell.Run;

    /// <summary>In guest time.</summary>
    public long AtNanoseconds { get; init; }

    /// <summary>Why, where it failed.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a machine printed of late: a sample for the eye, at most so many lines so often.</summary>
/// <remarks>The whole console is in a file of the run.</remarks>
public sealed record ConsoleLinesWritten(MachineId Machine, IReadOnlyList<string> Lines) : IRunEvent
{
    public RunId Run => Machine.Cell.Run;
}

public sealed record StepStarted(CellId Cell, int Number, string Name) : IRunEvent
{
    public RunId Run => Cell.Run;

    /// <summary>In guest time.</summary>
    public long AtNanoseconds { get; init; }
}

public sealed record StepEnded(CellId Cell, int Number, string Name, StepVerdict Verdict) : IRunEvent
{
    public RunId Run => Cell.Run;

    /// <summary>What it took, in guest time.</summary>
    public long Nanoseconds { get; init; }

    /// <summary>Why it did not pass, in one line.</summary>
    public string? Failure { get; init; }
}

/// <summary>How far a cell is; told a few times a second.</summary>
public sealed record CellProgressed(CellId Cell, long VirtualNanoseconds, long HostMilliseconds) : IRunEvent
{
    public RunId Run => Cell.Run;
}

/// <summary>What the links of a cell do; told a few times a second, where they do anything else than before.</summary>
public sealed record LinksProgressed(CellId Cell) : IRunEvent
{
    public RunId Run => Cell.Run;

    /// <summary>All links of the cell.</summary>
    public int Count { get; init; }

    /// <summary>The busiest of them, in the order of the lab file.</summary>
    public IReadOnlyList<LinkProgress> Links { get; init; } = [];
}

/// <summary>A cell has its verdict.</summary>
public sealed record CellEnded(CellId Cell, RunVerdict Verdict) : IRunEvent
{
    public RunId Run => Cell.Run;

    /// <summary>What went wrong, in one line.</summary>
    public string? Failure { get; init; }

    /// <summary>The full path of the cell's result; null where none could be written.</summary>
    public string? ResultFile { get; init; }

    /// <summary>The hash of all that the cell's run follows from; null where it did not come to a run.</summary>
    public string? Identity { get; init; }
}

/// <summary>The last event of a run.</summary>
public sealed record RunFinished(RunId Run, RunVerdict Verdict) : IRunEvent
{
    /// <summary>Why there is no result, in one line.</summary>
    public string? Failure { get; init; }

    /// <summary>The full path of the run's result; null where there is none.</summary>
    public string? ResultFile { get; init; }
}
