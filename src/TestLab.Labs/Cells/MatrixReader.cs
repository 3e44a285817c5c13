using System.Text.RegularExpressions;
using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Reads the matrix: the product of its variables, without what is excluded, with what is included.</summary>
internal sealed partial class MatrixReader(ProblemList problems)
{
    public const int CellsMax = 1000;

    private readonly List<MatrixVariable> _variables = [];
    private readonly List<IReadOnlyList<CellVariable>> _cells = [];

    public IReadOnlyList<MatrixVariable> Variables => _variables;

    /// <summary>Where a variable of the matrix stands, by name.</summary>
    public Dictionary<string, Mark> Marks { get; } = new(StringComparer.Ordinal);

    /// <summary>At least one cell, also of a matrix with problems.</summary>
    public IReadOnlyList<IReadOnlyList<CellVariable>> Read(Node? node)
    {
        if (node is MapNode map) ReadMap(map);
        else if (node is not (null or ScalarNode { IsNothing: true }))
        {
            problems.Add(node.Mark, $"a matrix is a map from variables to lists of values, not {node.Kind}");
        }
        if (_cells.Count == 0) _cells.Add([.. _variables.Select(variable => new CellVariable(variable.Name, variable.Values[0]))]);
        return _cells;
    }

    private void ReadMap(MapNode map)
    {
        int before = problems.Count;
        foreach (MapEntry entry in map.Entries)
        {
            if (entry.Key.Text is not (LabKeys.IncludeName or LabKeys.ExcludeName)) ReadVariable(entry);
        }
        long product = _variables.Aggregate(1L, (count, variable) => Math.Min(CellsMax + 1, count * variable.Values.Count));
        if (product > CellsMax)
        {
            problems.Add(map.Mark, $"the matrix has more than {CellsMax} cells");
            return;
        }
        if (_variables.Count > 0) _cells.AddRange(Product());
        foreach (IReadOnlyList<CellVariable> cell in ReadCells(map.Find(LabKeys.ExcludeName), isWhole: false, out List<Mark> marks))
        {
            int removed = _cells.RemoveAll(candidate => cell.All(candidate.Contains));
            if (removed == 0 && cell.Count > 0) problems.Add(marks[0], "this excludes no cell of the matrix");
            marks.RemoveAt(0);
        }
        foreach (IReadOnlyList<CellVariable> cell in ReadCells(map.Find(LabKeys.IncludeName), isWhole: true, out List<Mark> marks))
        {
            if (_cells.Any(existing => existing.SequenceEqual(cell))) problems.Add(marks[0], "the matrix has this cell already");
            else if (_cells.Count < CellsMax) _cells.Add(cell);
            else problems.Add(marks[0], $"the matrix has more than {CellsMax} cells");
            marks.RemoveAt(0);
        }
        if (_cells.Count == 0 && problems.Count == before) problems.Add(map.Mark, "no cell is left of the matrix");
    }

    private void ReadVariable(MapEntry entry)
    {
        string name = entry.Key.Text;
        if (!VariableName().IsMatch(name))
        {
            problems.Add(entry.Key.Mark, $"{Quote.Of(name)} is not the name of a variable: small letters, digits and _");
            return;
        }
        if (Substitution.OfMachine.Contains(name))
        {
            problems.Add(entry.Key.Mark, $"the variable {Quote.Of(name)} is each machine's own; choose another name");
            return;
        }
        if (entry.Value is not ListNode { Items.Count: > 0 } list)
        {
            problems.Add(entry.Value.Mark, $"a list of values is expected here, not {(entry.Value is ListNode ? "an empty one" : entry.Value.Kind)}");
            return;
        }
        var values = new List<string>();
        foreach (Node item in list.Items)
        {
            if (ValueOf(item) is not { } value) continue;
            if (values.Contains(value)) problems.Add(item.Mark, $"the value {Quote.Of(value)} stands here a second time");
            else values.Add(value);
        }
        if (values.Count == 0) return;
        Marks[name] = entry.Key.Mark;
        _variables.Add(new(name, values));
    }

    private string? ValueOf(Node node)
    {
        if (node is ScalarNode { IsNothing: false, IsOpen: false } scalar && !scalar.Text.AsSpan().ContainsAny('\n', '\r')) return scalar.Text;
        problems.Add(node.Mark, node is ScalarNode { IsOpen: true }
            ? "values of the matrix have no variables in them"
            : $"a single value on one line is expected here, not {node.Kind}");
        return null;
    }

    private IEnumerable<IReadOnlyList<CellVariable>> Product()
    {
        IEnumerable<CellVariable[]> cells = [[]];
        foreach (MatrixVariable variable in _variables)
        {
            cells = cells.SelectMany(cell => variable.Values.Select(value => (CellVariable[])[.. cell, new(variable.Name, value)]));
        }
        return cells;
    }

    private List<IReadOnlyList<CellVariable>> ReadCells(Node? node, bool isWhole, out List<Mark> marks)
    {
        marks = [];
        var cells = new List<IReadOnlyList<CellVariable>>();
        if (node is null or ScalarNode { IsNothing: true }) return cells;
        if (node is not ListNode list)
        {
            problems.Add(node.Mark, $"a list of cells is expected here, not {node.Kind}");
            return cells;
        }
        foreach (Node item in list.Items)
        {
            if (ReadCell(item, isWhole) is not { } cell) continue;
            cells.Add(cell);
            marks.Add(item.Mark);
        }
        return cells;
    }

    private List<CellVariable>? ReadCell(Node node, bool isWhole)
    {
        if (node is not MapNode map)
        {
            problems.Add(node.Mark, $"a cell is a map from variables to values, not {node.Kind}");
            return null;
        }
        string[] known = [.. _variables.Select(variable => variable.Name)];
        var isRight = true;
        foreach (MapEntry entry in map.Entries)
        {
            string name = entry.Key.Text;
            string? value = ValueOf(entry.Value);
            isRight &= value is not null && known.Contains(name);
            if (!known.Contains(name)) problems.Add(entry.Key.Mark, $"the matrix has no variable {Quote.Of(name)}; {Quote.Remedy(name, known)}");
            else if (value is not null && !isWhole && !_variables.Single(variable => variable.Name == name).Values.Contains(value))
            {
                string[] values = [.. _variables.Single(variable => variable.Name == name).Values];
                problems.Add(entry.Value.Mark, $"{name} has no value {Quote.Of(value)}; {Quote.Remedy(value, values)}");
                isRight = false;
            }
        }
        string[] missing = isWhole ? [.. known.Where(name => map.Find(name) is null)] : [];
        if (missing.Length > 0) problems.Add(map.Mark, $"an included cell has all variables; missing: {string.Join(", ", missing)}");
        if (!isRight || missing.Length > 0) return null;
        return [.. known.Where(name => map.Find(name) is not null).Select(name => new CellVariable(name, (map.Find(name) as ScalarNode)?.Text ?? ""))];
    }

    [GeneratedRegex($"^{LabKeys.VariablePattern}$")]
    private static partial Regex VariableName();
}
