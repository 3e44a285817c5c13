namespace TestLab.Labs.Plans;

/// <summary>When a machine is switched on, and what it runs then.</summary>
public sealed record StartPlan
{
    /// <summary>All of them must have come about; empty: at the start of the lab.</summary>
    public required IReadOnlyList<LaunchCondition> After { get; init; }

    /// <summary>How much later.</summary>
    public required long DelayNanoseconds { get; init; }

    /// <summary>Run by <c>sh</c> once the control channel is there, in order; each must end with 0.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>The name under which others wait for all machines of the group; null for none.</summary>
    public string? Group { get; init; }
}

/// <summary>A moment in the life of another machine.</summary>
public sealed record LaunchCondition(string Machine, LaunchMoment Moment);

/// <summary>How a machine is switched off at the end of the run, in the reverse of the launch order.</summary>
public sealed record StopPlan
{
    /// <summary>Run by <c>sh</c> before the power goes; their exit codes do not matter.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>How long they may take; then the power goes all the same.</summary>
    public required long WithinNanoseconds { get; init; }
}
