using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What may stand at a place of a lab file: reads it, and describes it to editors. Both from one table.</summary>
internal abstract class Shape
{
    /// <summary>For messages, with its article: "a size like 128MiB".</summary>
    public abstract string Noun { get; }

    /// <summary>The JSON Schema of the shape.</summary>
    public abstract JsonObject Schema(SchemaDefinitions definitions);

    /// <summary>Reads a node; null where it cannot, and then a problem says why (or the node waits for its variables).</summary>
    public abstract object? ReadAny(Node node, Reading reading);
}

/// <summary>A shape whose values are of one type.</summary>
internal abstract class Shape<T> : Shape
{
    public abstract bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out T value);

    public override object? ReadAny(Node node, Reading reading) => TryRead(node, reading, out T? value) ? value : null;
}
