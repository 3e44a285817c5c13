using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>The values of variables in one cell: those of the matrix, and those of <c>variables</c>, which may use each other.</summary>
internal sealed class VariableReader(MapNode? declared, IReadOnlyList<CellVariable> cell, ProblemList problems)
{
    private readonly Dictionary<string, string> _values = cell.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
    private readonly List<string> _path = [];

    public IReadOnlyDictionary<string, string> Read()
    {
        foreach (MapEntry entry in declared?.Entries ?? [])
        {
            if (Substitution.OfMachine.Contains(entry.Key.Text))
            {
                problems.Add(entry.Key.Mark, $"the variable {Quote.Of(entry.Key.Text)} is each machine's own; choose another name");
            }
            else if (cell.Any(variable => variable.Name == entry.Key.Text))
            {
                problems.Add(entry.Key.Mark, $"the matrix has a variable {Quote.Of(entry.Key.Text)} too; choose another name");
            }
            else Resolve(entry);
        }
        return _values;
    }

    private void Resolve(MapEntry entry)
    {
        string name = entry.Key.Text;
        if (_values.ContainsKey(name) || entry.Value is not ScalarNode scalar) return;
        _path.Add(name);
        var isRound = false;
        foreach (MapEntry other in declared?.Entries ?? [])
        {
            if (!scalar.Text.Contains($"${{{other.Key.Text}}}", StringComparison.Ordinal)) continue;
            if (_path.Contains(other.Key.Text))
            {
                string round = string.Join(" -> ", [.. _path.SkipWhile(each => each != other.Key.Text), other.Key.Text]);
                problems.Add(entry.Value.Mark, $"the variables go in a circle: {round}");
                isRound = true;
            }
            else Resolve(other);
        }
        _path.RemoveAt(_path.Count - 1);
        // What is part of a circle has its problem already.
        _values[name] = isRound ? "" : new Substitution(_values, [], problems).Apply(scalar) is { IsBroken: false } closed ? closed.Text : "";
    }
}
