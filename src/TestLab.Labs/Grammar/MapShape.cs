using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A map whose keys are names of the user's.</summary>
internal sealed class MapShape<T>(string keyNoun, string keyPattern, Shape<T> item) : Shape<IReadOnlyList<NamedValue<T>>>
{
    private readonly Regex _key = new($"^(?:{keyPattern})$",
        RegexOptions.NonBacktracking);

    public override string Noun => $"a map from {keyNoun} to {item.Noun}";

    public override bool TryRead(Node node, Reading reading, out IReadOnlyList<NamedValue<T>> value)
    {
        value = [];
        if (node is ScalarNode { IsNothing: true }) return true;
        if (node is not MapNode map)
        {
            reading.Add(node.Mark, $"{Noun} is expected here, not {node.Kind}");
            return false;
        }
        var items = new List<NamedValue<T>>();
        foreach (MapEntry entry in map.Entries)
        {
            if (!_key.IsMatch(entry.Key.Text))
            {
                reading.Add(entry.Key.Mark, $"{Quote.Of(entry.Key.Text)} is not {keyNoun}");
            }
            bool isRead = item.TryRead(entry.Value, reading, out T? one);
            // What was read in part is there, so that nobody misses it.
            if (one is not null && (isRead || !typeof(T).IsValueType)) items.Add(new(entry.Key, one));
        }
        value = items;
        return true;
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => new()
    {
        ["type"] = new JsonArray("object", "null"),
        ["patternProperties"] = new JsonObject { [$"^(?:{keyPattern})$"] = item.Schema(definitions) },
        ["additionalProperties"] = false,
    };
}
