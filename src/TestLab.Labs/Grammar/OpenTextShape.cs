using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A text in which <c>${machine}</c> and <c>${index}</c> may stand until it is known for which machine it is.</summary>
internal sealed class OpenTextShape(string noun) : Shape<ScalarNode>
{
    public override string Noun => noun;

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out ScalarNode value)
    {
        value = node as ScalarNode;
        if (value is { IsNothing: false, IsBroken: false } && !string.IsNullOrWhiteSpace(value.Text)) return true;
        if (value is { IsBroken: true }) return false;
        reading.Add(node.Mark, value is { IsNothing: false } ? "the command is empty"
            : $"{noun} is expected here, not {node.Kind}");
        return false;
    }

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        new() { ["type"] = new JsonArray("string", "number", "boolean") };
}
