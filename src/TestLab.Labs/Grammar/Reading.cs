using TestLab.Labs.Links;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What the shapes need besides the node they read.</summary>
internal sealed class Reading
{
    public required ProblemList Problems { get; init; }

    /// <summary>What the names in this cell of the lab are.</summary>
    public required LabNames Names { get; init; }

    public required ILinkProfiles Profiles { get; init; }

    public required HostFiles Files { get; init; }

    public required OwnImages Images { get; init; }

    /// <summary>A part that is completed elsewhere (a template): values with variables in them are left alone.</summary>
    public bool IsFragment { get; init; }

    public void Add(Mark mark, string message) => Problems.Add(mark, message);

    /// <summary>Takes a single value; adds a problem where the node is none, or waits for a variable that will not come.</summary>
    public bool TryScalar(Node node, string noun, out ScalarNode scalar)
    {
        scalar = node as ScalarNode ?? new(node.Mark, "", IsPlain: true, IsOnOneLine: true);
        if (scalar.IsBroken) return false;
        if (scalar.IsOpen)
        {
            if (!IsFragment) Add(node.Mark, $"variables have no meaning here; write {noun}");
            return false;
        }
        if (node is ScalarNode { IsNothing: false }) return true;
        Add(node.Mark, $"{noun} is expected here, not {node.Kind}");
        return false;
    }

    /// <summary>Adds a problem where a name is not among the known ones.</summary>
    public bool Check(Mark mark, string kind, string name, IReadOnlyCollection<string> known)
    {
        if (known.Contains(name)) return true;
        Add(mark, $"there is no {kind} {Quote.Of(name)}; {Quote.Remedy(name, known)}");
        return false;
    }
}
