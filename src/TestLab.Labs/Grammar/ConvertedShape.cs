using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A shape whose values are made of another's.</summary>
internal sealed class ConvertedShape<TFrom, T>(Shape<TFrom> from, Func<TFrom, Mark, Reading, T> convert) : Shape<T>
{
    public override string Noun => from.Noun;

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        bool isRead = from.TryRead(node, reading, out TFrom? read);
        value = isRead && read is not null ? convert(read, node.Mark, reading) : default;
        return isRead;
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => from.Schema(definitions);
}
