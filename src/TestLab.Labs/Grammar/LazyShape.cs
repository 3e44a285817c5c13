using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A shape that is looked up when it is needed: shapes can hold themselves.</summary>
internal sealed class LazyShape<T>(string id, string noun, Func<Shape<T>> get) : Shape<T>
{
    public override string Noun => noun;

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out T value) => get().TryRead(node, reading, out value);

    public override JsonObject Schema(SchemaDefinitions definitions) =>
        definitions.Refer(id, () => get().Schema(definitions));
}
