using System.Text;
using TestLab.Labs.Grammar;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Puts values in place of <c>${name}</c>; <c>$${</c> stands for <c>${</c> itself. Keys are left alone.</summary>
/// <param name="values">By name.</param>
/// <param name="later">Names that are known later; a text with one of them stays open.</param>
/// <param name="problems">Gets what is wrong, at its place.</param>
internal sealed class Substitution(
    IReadOnlyDictionary<string, string> values, IReadOnlyCollection<string> later, ProblemList problems)
{
    public const string Machine = "machine";
    public const string Index = "index";

    /// <summary>Values in values could grow without end.</summary>
    public const int TextLengthMax = 65_536;

    /// <summary>Of all texts of a cell together.</summary>
    public const int TotalLengthMax = 16 << 20;

    private const string Escape = "$${";
    private int _total;

    /// <summary>The names that the machine itself provides.</summary>
    public static IReadOnlyCollection<string> OfMachine { get; } = [Machine, Index];

    /// <summary>The same tree with values in it; parts without variables are shared.</summary>
    public Node Apply(Node node) => node switch
    {
        ScalarNode { IsOpen: true } scalar => Apply(scalar),
        ListNode list => Apply(list),
        MapNode map => Apply(map),
        _ => node,
    };

    public ScalarNode Apply(ScalarNode scalar)
    {
        if (!scalar.IsOpen) return scalar;
        bool isOpen = later.Any(name => scalar.Text.Contains($"${{{name}}}", StringComparison.Ordinal));
        string text = scalar.Text;
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            int next = text.IndexOf("${", at, StringComparison.Ordinal);
            if (next < 0) next = text.Length;
            bool isEscape = next > at && next < text.Length && text[next - 1] == '$';
            result.Append(text, at, next - at - (isEscape ? 1 : 0));
            at = next;
            if (at == text.Length) break;
            if (isEscape)
            {
                result.Append(isOpen ? Escape : "${");
                at += 2;
                continue;
            }
            int end = text.IndexOf('}', at);
            string name = end < 0 ? "" : text[(at + 2)..end];
            if (end < 0 || !Append(result, name, isOpen))
            {
                Complain(scalar, at, end < 0 ? null : name);
                return scalar with { IsBroken = true };
            }
            at = end + 1;
            if (result.Length > TextLengthMax || _total + result.Length > TotalLengthMax)
            {
                problems.Add(scalar.Mark, $"with its variables the text has more than {TextLengthMax} characters, "
                    + $"or all texts together more than {TotalLengthMax}");
                return scalar with { IsBroken = true };
            }
        }
        _total += result.Length;
        return scalar with { Text = result.ToString(), IsOpen = isOpen };
    }

    private bool Append(StringBuilder result, string name, bool isOpen)
    {
        if (later.Contains(name)) result.Append("${").Append(name).Append('}');
        else if (values.TryGetValue(name, out string? value))
        {
            result.Append(isOpen ? value.Replace("${", Escape, StringComparison.Ordinal) : value);
        }
        else return false;
        return true;
    }

    private void Complain(ScalarNode scalar, int at, string? name)
    {
        int quote = scalar.IsPlain ? 0 : 1;
        Mark mark = scalar.IsOnOneLine ? scalar.Mark.Right(at + quote) : scalar.Mark;
        string remedy = "write $${...} for the shell's own";
        if (name is null)
        {
            problems.Add(mark, $"a variable begins here with ${{ but has no end; {remedy}");
            return;
        }
        bool isOfMachine = OfMachine.Contains(name);
        string[] known = [.. values.Keys, .. later];
        problems.Add(mark, isOfMachine
            ? $"${{{name}}} has a meaning in machines and in the commands of steps, not here"
            : $"there is no variable {Quote.Of(name)}; {Quote.Remedy(name, known)}; {remedy}");
    }

    private Node Apply(ListNode list)
    {
        Node[] items = [.. list.Items.Select(Apply)];
        return items.SequenceEqual(list.Items, ReferenceEqualityComparer.Instance) ? list : list with { Items = items };
    }

    private Node Apply(MapNode map)
    {
        MapEntry[] entries = [.. map.Entries.Select(entry => entry with { Value = Apply(entry.Value) })];
        bool isSame = entries.Zip(map.Entries).All(pair => ReferenceEquals(pair.First.Value, pair.Second.Value));
        return isSame ? map : map with { Entries = entries };
    }
}
