namespace TestLab.Labs.Results;

/// <summary>Something worth a mark on the time line: a machine got ready, a link was cut.</summary>
public sealed record TimelineEvent
{
    public required long Nanoseconds { get; init; }

    /// <summary>The machine, link or step it is about.</summary>
    public required string Subject { get; init; }

    public required string Text { get; init; }
}
