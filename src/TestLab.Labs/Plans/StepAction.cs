using System.Text.Json.Serialization;
using TestLab.Labs.Links;

namespace TestLab.Labs.Plans;

/// <summary>What a step does.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RunAction), "run")]
[JsonDerivedType(typeof(CopyAction), "copy")]
[JsonDerivedType(typeof(PauseAction), "pause")]
[JsonDerivedType(typeof(WaitAction), "wait")]
[JsonDerivedType(typeof(BarrierAction), "barrier")]
[JsonDerivedType(typeof(StopAction), "stop")]
[JsonDerivedType(typeof(MeasureAction), "measure")]
[JsonDerivedType(typeof(LinkAction), "link")]
[JsonDerivedType(typeof(PowerAction), "power")]
public abstract record StepAction;

/// <summary>Runs a command on the step's machines at the same time, one for each, in the order of the machines.</summary>
public sealed record RunAction : StepAction
{
    /// <summary>One for each machine of the step, for <c>sh</c>; they differ where the file has <c>${index}</c> or <c>${machine}</c>.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>Beside those of the machine.</summary>
    public required IReadOnlyList<EnvironmentVariable> Environment { get; init; }

    /// <summary>What the command reads; null: nothing.</summary>
    public string? Input { get; init; }
}

/// <summary>Copies files or folders between the host and the step's machines.</summary>
public sealed record CopyAction : StepAction
{
    /// <summary>True: from the host to the machines; false: from them into the run's results.</summary>
    public required bool IsToMachine { get; init; }

    /// <summary>In the lab's folder on the way in; among the run's results, in a folder of the machine's name, on the way out.</summary>
    public required string HostPath { get; init; }

    public required string GuestPath { get; init; }
}

/// <summary>Lets guest time pass.</summary>
public sealed record PauseAction(long Nanoseconds) : StepAction;

/// <summary>Waits until conditions hold on all of the step's machines.</summary>
public sealed record WaitAction(Readiness Until) : StepAction;

/// <summary>Waits until background steps have ended, and judges them.</summary>
public sealed record BarrierAction(IReadOnlyList<string> Backgrounds) : StepAction;

/// <summary>Ends background steps (TERM, and KILL after two seconds of guest time); their exit codes are not judged.</summary>
public sealed record StopAction(IReadOnlyList<string> Backgrounds) : StepAction;

/// <summary>Judges what a link carried.</summary>
public sealed record MeasureAction : StepAction
{
    public required string Link { get; init; }

    /// <summary>The name of the step in whose time it is measured; null: since the first step began.</summary>
    public string? Step { get; init; }

    public required IReadOnlyList<LinkCheck> Checks { get; init; }
}

/// <summary>One comparison of a measured figure; the value is in bits a second, nanoseconds, parts per billion, frames or bytes.</summary>
public sealed record LinkCheck(LinkDirection Direction, LinkFigure Figure, Comparison Comparison, ulong Value);

/// <summary>Changes links.</summary>
public sealed record LinkAction : StepAction
{
    /// <summary>By name; at least one.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    public required LinkVerb Verb { get; init; }

    /// <summary>For <see cref="LinkVerb.Set"/>: for each link the whole new figures, not only what changes.</summary>
    public required IReadOnlyList<LinkFigures> Figures { get; init; }
}

/// <summary>The figures of both directions of a link.</summary>
public sealed record LinkFigures(LinkModel Down, LinkModel Up);

/// <summary>Switches machines.</summary>
public sealed record PowerAction(PowerVerb Verb, IReadOnlyList<string> Targets) : StepAction;
