using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>References to one or several named things, where a name can stand for many; read as the things, each once.</summary>
internal sealed class NamesShape(
    string kind, Func<LabNames, IReadOnlyDictionary<string, IReadOnlyList<string>>> known) : Shape<IReadOnlyList<string>>
{
    public override string Noun => $"the name of a {kind}, or a list of such";

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out IReadOnlyList<string> value)
    {
        var found = new List<string>();
        value = found;
        var isWhole = true;
        foreach (Node item in node is ListNode list ? list.Items : [node])
        {
            if (!reading.TryScalar(item, $"the name of a {kind}", out ScalarNode name)) isWhole = false;
            else if (known(reading.Names).TryGetValue(name.Text, out IReadOnlyList<string>? things)) found.AddRange(things);
            else
            {
                string[] names = [.. known(reading.Names).Keys];
                reading.Add(name.Mark, $"there is no {kind} {Quote.Of(name.Text)}; {Quote.Remedy(name.Text, names)}");
                isWhole = false;
            }
        }
        value = [.. found.Distinct(StringComparer.Ordinal)];
        if (isWhole && value.Count == 0) reading.Add(node.Mark, $"at least one {kind} is expected here");
        return isWhole && value.Count > 0;
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var one = new JsonObject { ["type"] = "string" };
        return new()
        {
            ["anyOf"] = new JsonArray(one, new JsonObject { ["type"] = "array", ["items"] = one.DeepClone(), ["minItems"] = 1 }),
        };
    }
}
