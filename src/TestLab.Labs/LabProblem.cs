namespace TestLab.Labs;

/// <summary>Something wrong in a lab file: where, what, what is allowed, and what was probably meant.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">One line.</param>
public sealed record LabProblem(string File, int Line, int Column, string Message)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}
