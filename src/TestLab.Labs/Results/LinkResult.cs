namespace TestLab.Labs.Results;

/// <summary>A link between a machine and a network; <c>down</c> is towards the machine.</summary>
public sealed record LinkResult
{
    public required string Name { get; init; }

    public required string Machine { get; init; }

    public required string Network { get; init; }

    public required DirectionResult Down { get; init; }

    public required DirectionResult Up { get; init; }
}
