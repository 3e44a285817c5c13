using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>One shape for single values, another for maps, a third for lists; what is null is not allowed.</summary>
internal sealed class EitherShape<T>(string noun, Shape<T>? scalar, Shape<T>? map, Shape<T>? list = null) : Shape<T>
{
    public override string Noun => noun;

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        Shape<T>? shape = node switch
        {
            ScalarNode { IsNothing: true } => map ?? scalar,
            ScalarNode => scalar,
            MapNode => map,
            _ => list,
        };
        if (shape is not null) return shape.TryRead(node, reading, out value);
        reading.Add(node.Mark, $"{noun} is expected here, not {node.Kind}");
        value = default;
        return false;
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => new()
    {
        ["anyOf"] = new JsonArray(
            [.. new[] { scalar, map, list }.OfType<Shape>().Select(shape => (JsonNode)shape.Schema(definitions))]),
    };
}
