using System.Text.Json.Nodes;

namespace TestLab.Labs.Grammar;

/// <summary>The named parts of a JSON Schema, in the order in which they are met.</summary>
internal sealed class SchemaDefinitions
{
    public JsonObject All { get; } = [];

    /// <summary>A reference to the part of that name, which is made the first time.</summary>
    public JsonObject Refer(string name, Func<JsonObject> make)
    {
        if (!All.ContainsKey(name))
        {
            All[name] = null; // A part may hold itself.
            All[name] = make();
        }
        return new() { ["$ref"] = $"#/$defs/{name}" };
    }
}
