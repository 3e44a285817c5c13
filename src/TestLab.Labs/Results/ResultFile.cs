namespace TestLab.Labs.Results;

public sealed record ResultFile
{
    /// <summary>What it is: <c>console</c>, <c>capture</c>, <c>copy</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The machine, link or network it is of.</summary>
    public required string Subject { get; init; }

    /// <summary>From the report's folder.</summary>
    public required string Path { get; init; }

    public long Bytes { get; init; }
}
