namespace TestLab.Labs.Yaml;

/// <summary>Everything found wrong so far; the same thing at the same place once.</summary>
internal sealed class ProblemList
{
    /// <summary>More help nobody, and cost time.</summary>
    public const int CountMax = 200;

    private readonly HashSet<(Mark Mark, string Message)> _problems = [];

    public int Count => _problems.Count;

    /// <summary>True when reading on is of no use.</summary>
    public bool IsFull => _problems.Count >= CountMax;

    public void Add(Mark mark, string message)
    {
        if (!IsFull) _problems.Add((mark, message.ReplaceLineEndings(" ")));
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<LabProblem> Of(string file) =>
    [
        .. _problems.OrderBy(problem => problem.Mark).ThenBy(problem => problem.Message, StringComparer.Ordinal)
            .Select(problem => new LabProblem(file, problem.Mark.Line, problem.Mark.Column, problem.Message)),
    ];
}
