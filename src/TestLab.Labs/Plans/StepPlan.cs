namespace TestLab.Labs.Plans;

/// <summary>One step of the test; it runs when the one before it has ended, and fails when anything of it does.</summary>
public sealed record StepPlan
{
    /// <summary>Unique in the lab.</summary>
    public required string Name { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>Where the step happens, all at once; empty where it concerns no machine (links, a pause).</summary>
    public required IReadOnlyList<string> Machines { get; init; }

    public required StepAction Action { get; init; }

    /// <summary>What is done to the lab meanwhile, times counted from the step's start; sorted by time.</summary>
    public required IReadOnlyList<DisturbancePlan> During { get; init; }

    /// <summary>The name under which later steps wait for it or stop it; null: the step ends when its action does.</summary>
    public string? Background { get; init; }

    /// <summary>Judged on each of the machines; of a background step, when it is waited for.</summary>
    public required Expectation Expect { get; init; }

    /// <summary>Guest time for one try; when it is over, the step has failed and its commands are killed.</summary>
    public required long TimeoutNanoseconds { get; init; }

    /// <summary>How often it is tried at most: 1 where nothing is repeated.</summary>
    public required int Tries { get; init; }

    /// <summary>Guest time between two tries.</summary>
    public required long RetryEveryNanoseconds { get; init; }

    /// <summary>Whether it runs after a failed step too, as cleaning up does.</summary>
    public required bool IsAlways { get; init; }
}

/// <summary>What a command must have answered; null is not looked at.</summary>
public sealed record Expectation
{
    /// <summary>Any of these; empty: any at all.</summary>
    public required IReadOnlyList<int> ExitCodes { get; init; }

    public TextMatch? Stdout { get; init; }

    public TextMatch? Stderr { get; init; }

    /// <summary>The guest time it may have taken; unlike the time-out, it lets the command finish.</summary>
    public long? WithinNanoseconds { get; init; }
}

/// <summary>Something done to the lab while a step runs.</summary>
public sealed record DisturbancePlan
{
    /// <summary>From the start of the step, in guest time.</summary>
    public required long AtNanoseconds { get; init; }

    /// <summary>When it is undone, after <see cref="AtNanoseconds"/>; null: it stays.</summary>
    public long? ForNanoseconds { get; init; }

    /// <summary>The machines that a command or a copy goes to; empty for links and power.</summary>
    public required IReadOnlyList<string> Machines { get; init; }

    /// <summary>A <see cref="RunAction"/>, <see cref="LinkAction"/> or <see cref="PowerAction"/>.</summary>
    public required StepAction Action { get; init; }
}
