namespace TestLab.Labs.Plans;

/// <summary>A lab as it would run: everything resolved, checked and in base units; nothing of the file's syntax is left.</summary>
/// <remarks>Equal files give equal plans. Paths are as the file has them: relative to <see cref="Folder"/>.</remarks>
public sealed record LabPlan
{
    public required string Name { get; init; }

    /// <summary>The full path of the folder that holds the lab file; paths in the plan start here.</summary>
    public required string Folder { get; init; }

    /// <summary>What varies, in the order of the file; empty for a lab of one cell.</summary>
    public required IReadOnlyList<MatrixVariable> Matrix { get; init; }

    /// <summary>One run each, at least one; in the order of the matrix, the last variable turning fastest.</summary>
    public required IReadOnlyList<CellPlan> Cells { get; init; }

    public required ResultFiles Results { get; init; }
}

/// <summary>A variable of the matrix with its values.</summary>
public sealed record MatrixVariable(string Name, IReadOnlyList<string> Values);

/// <summary>Where results go, beside what the program keeps anyway; null for what is not wanted.</summary>
public sealed record ResultFiles
{
    public string? Junit { get; init; }

    public string? Html { get; init; }

    public string? Json { get; init; }
}
