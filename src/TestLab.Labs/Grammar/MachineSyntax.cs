using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A machine as the lab file has it, with what templates and defaults add.</summary>
internal sealed record MachineSyntax
{
    public required Mark Mark { get; init; }

    /// <summary>Null where there is none, or a wrong one.</summary>
    public ImageSyntax? Image { get; init; }

    public bool HasImage { get; init; }

    public InitSystem? Init { get; init; }

    public long? MemoryBytes { get; init; }

    public Mark MemoryMark { get; init; }

    public required long InstructionsPerSecond { get; init; }

    public required string Processor { get; init; }

    public required IReadOnlyList<NamedValue<IReadOnlyList<CardSyntax>>> Networks { get; init; }

    public bool IsRouter { get; init; }

    public Mark RouterMark { get; init; }

    public required IReadOnlyList<FilePlan> Files { get; init; }

    public required IReadOnlyList<EnvironmentVariable> Environment { get; init; }

    public required StartSyntax Start { get; init; }

    public required Readiness Ready { get; init; }

    public required StopPlan Stop { get; init; }
}

/// <summary>When a machine starts, and what it waits for.</summary>
internal sealed record StartSyntax
{
    public static StartSyntax AtOnce { get; } = new();

    public IReadOnlyList<string> Commands { get; init; } = [];

    public IReadOnlyList<AfterSyntax> After { get; init; } = [];

    public long DelayNanoseconds { get; init; }

    public string? Group { get; init; }
}

/// <summary>One item of <c>after</c>: all machines that its name stands for.</summary>
internal sealed record AfterSyntax(Mark Mark, IReadOnlyList<string> Machines, LaunchMoment Moment);
