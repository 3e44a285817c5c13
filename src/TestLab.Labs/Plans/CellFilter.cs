using TestLab.Labs.Words;

namespace TestLab.Labs.Plans;

/// <summary>Chooses cells of a matrix by the values of its variables.</summary>
public static class CellFilter
{
    /// <summary>The cells that have all the values; of one variable several values may be given.</summary>
    /// <param name="lab">The whole lab.</param>
    /// <param name="choices">Each as <c>name=value</c>.</param>
    /// <param name="error">What is wrong with a choice, and what is known; null where all are right.</param>
    public static IReadOnlyList<CellPlan> Choose(LabPlan lab, IReadOnlyList<string> choices, out string? error)
    {
        error = null;
        var wanted = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string choice in choices)
        {
            string[] parts = choice.Split('=', 2);
            error ??= Check(lab, choice, parts);
            if (error is not null) return [];
            if (!wanted.TryGetValue(parts[0], out List<string>? values)) wanted.Add(parts[0], values = []);
            values.Add(parts[1]);
        }
        CellPlan[] chosen = [.. lab.Cells.Where(cell => cell.Variables.All(variable =>
            !wanted.TryGetValue(variable.Name, out List<string>? values) || values.Contains(variable.Value)))];
        if (chosen.Length == 0) error = $"no cell of the matrix has {string.Join(" and ", choices)}";
        return chosen;
    }

    private static string? Check(LabPlan lab, string choice, string[] parts)
    {
        if (parts.Length < 2) return $"{Quote.Of(choice)} chooses nothing; write name=value";
        string[] names = [.. lab.Matrix.Select(variable => variable.Name)];
        if (!names.Contains(parts[0])) return $"the matrix has no variable {Quote.Of(parts[0])}; {Quote.Remedy(parts[0], names)}";
        string[] values = [.. lab.Cells.SelectMany(cell => cell.Variables)
            .Where(variable => variable.Name == parts[0]).Select(variable => variable.Value).Distinct()];
        return values.Contains(parts[1]) ? null : $"{parts[0]} has no value {Quote.Of(parts[1])}; {Quote.Remedy(parts[1], values)}";
    }
}
