using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A single value, read from its text.</summary>
/// <param name="noun">For messages, with its article.</param>
/// <param name="pattern">A regular expression for editors that right values match; null: any text.</param>
/// <param name="parse">The value, or null; then the last argument of the result says what is wrong.</param>
internal sealed class ScalarShape<T>(string noun, string? pattern, Func<ScalarNode, Reading, Parsed<T>> parse) : Shape<T>
{
    public override string Noun => noun;

    /// <summary>Words for editors to offer.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!reading.TryScalar(node, noun, out ScalarNode scalar)) return false;
        Parsed<T> parsed = parse(scalar, reading);
        if (parsed.Error is not null) reading.Add(node.Mark, parsed.Error);
        return parsed.TryGet(out value);
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        if (Words.Count == 0 && pattern is null) return schema;
        string any = Words.Count > 0
            ? string.Join('|', Words.Select(Regex.Escape))
            : pattern ?? "";
        // Where a variable stands, the value comes later.
        var text = new JsonObject { ["type"] = "string", ["pattern"] = $@"^(?:{any})$|\$\{{" };
        if (Words.Count == 0)
        {
            bool isNumberRight = Regex.IsMatch("1", $"^(?:{any})$");
            return isNumberRight ? new() { ["anyOf"] = new JsonArray(text, new JsonObject { ["type"] = "number" }) } : text;
        }
        return new()
        {
            ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. Words.Select(WordOf)]) }, text),
        };
    }

    private static JsonNode WordOf(string word) => word switch
    {
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ => JsonValue.Create(word),
    };
}
