namespace TestLab.Labs.Results;

public sealed record NetworkResult
{
    public required string Name { get; init; }

    /// <summary><c>segment</c>, <c>host-only</c>, <c>nat</c> or <c>bridged</c>.</summary>
    public required string Kind { get; init; }

    public string? Subnet { get; init; }
}
