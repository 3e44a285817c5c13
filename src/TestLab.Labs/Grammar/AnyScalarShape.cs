using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>The value of a variable: any single value, also one with other variables in it.</summary>
internal sealed class AnyScalarShape : Shape<string>
{
    public override string Noun => "a single value";

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out string value)
    {
        value = (node as ScalarNode)?.Text;
        if (value is not null) return true;
        reading.Add(node.Mark, $"{Noun} is expected here, not {node.Kind}");
        return false;
    }

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["type"] = new JsonArray("string", "number", "boolean") };
}
