using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A step as the lab file has it.</summary>
internal sealed record StepSyntax
{
    public required Mark Mark { get; init; }

    /// <summary>Null where the file names none.</summary>
    public string? Name { get; init; }

    public Mark NameMark { get; init; }

    public required ActionSyntax Action { get; init; }

    public required IReadOnlyList<EventSyntax> During { get; init; }

    public string? Background { get; init; }

    public required Expectation Expect { get; init; }

    public required long TimeoutNanoseconds { get; init; }

    public required int Tries { get; init; }

    public required long RetryEveryNanoseconds { get; init; }

    public bool IsAlways { get; init; }
}

/// <summary>What is done, where; texts still wait for their machine, figures for their link.</summary>
internal sealed record ActionSyntax
{
    /// <summary>Null where the file has none, or a wrong one.</summary>
    public StepAction? Action { get; init; }

    public Mark Mark { get; init; }

    /// <summary>Null where the file does not say.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary>The command of a <see cref="RunAction"/>.</summary>
    public ScalarNode? Command { get; init; }

    /// <summary>The new figures of a <see cref="LinkAction"/>.</summary>
    public LinkSettings Settings { get; init; } = LinkSettings.None;
}

/// <summary>One item of <c>during</c>.</summary>
internal sealed record EventSyntax(Mark Mark, long AtNanoseconds, long? ForNanoseconds, ActionSyntax Action);
