using System.Text.Json.Nodes;
using TestLab.Images.Words;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A map with fixed keys.</summary>
/// <param name="id">Its name among the schema's definitions.</param>
/// <param name="noun">For messages, with its article: "a machine".</param>
/// <param name="keys">In the order in which people would write them.</param>
/// <param name="build">Makes the value, also of a map with problems: it asks for what is there.</param>
internal sealed class RecordShape<T>(string id, string noun, IReadOnlyList<Key> keys, Func<Fields, Reading, T> build)
    : Shape<T>
{
    public override string Noun => noun;

    public IReadOnlyList<Key> Keys => keys;

    public override bool TryRead(Node node, Reading reading, out T value)
    {
        if (node is ScalarNode { IsNothing: true }) node = new MapNode(node.Mark, []);
        if (node is not MapNode map)
        {
            reading.Add(node.Mark, $"{noun} is a map with the keys {Names()}, not {node.Kind}");
            value = build(new(new(node.Mark, [])), reading);
            return false;
        }
        var fields = new Fields(map);
        var isWhole = true;
        var meant = new List<string>();
        foreach (MapEntry entry in map.Entries)
        {
            if (keys.FirstOrDefault(key => key.Name == entry.Key.Text) is not { } key)
            {
                string[] known = [.. keys.Select(key => key.Name)];
                reading.Add(entry.Key.Mark,
                    $"unknown key {Quote.Of(entry.Key.Text)} in {noun}; {Quote.Remedy(entry.Key.Text, known)}");
                if (Spelling.Nearest(entry.Key.Text, known) is { } nearest) meant.Add(nearest);
                isWhole = false;
            }
            else if (key.Shape.ReadAny(entry.Value, reading) is { } field) fields.Set(key, field);
            else isWhole = false;
        }
        // What an unknown key was probably meant to be is not missing besides.
        foreach (Key key in keys.Where(key => key.IsRequired && !fields.Has(key) && !meant.Contains(key.Name)))
        {
            reading.Add(map.Mark, $"{noun} needs the key \"{key.Name}\": {key.Help}");
            isWhole = false;
        }
        value = build(fields, reading);
        return isWhole;
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => definitions.Refer(id, () =>
    {
        var properties = new JsonObject();
        foreach (Key key in keys)
        {
            properties[key.Name] = SchemaOf(key, definitions);
        }
        var required = new JsonArray([.. keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name)]);
        var schema = new JsonObject
        {
            ["type"] = required.Count > 0 ? "object" : new JsonArray("object", "null"),
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        if (required.Count > 0) schema["required"] = required;
        return schema;
    });

    private static JsonObject SchemaOf(Key key, SchemaDefinitions definitions)
    {
        JsonObject schema = key.Shape.Schema(definitions);
        // Beside a reference some editors look at nothing else.
        if (schema.ContainsKey("$ref")) schema = new() { ["allOf"] = new JsonArray(schema) };
        schema["description"] = key.Help;
        return schema;
    }

    private string Names() => Quote.List(keys.Select(key => key.Name));
}
