using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TestLab.Labs.Grammar;

namespace TestLab.Labs;

/// <summary>The JSON Schema of lab files, for editors; made of the same tables that lab files are read by.</summary>
/// <remarks>It knows keys, words and units. What concerns several places (names, addresses, order) only <see cref="LabFile"/> knows.</remarks>
public static class LabSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Draft 2020-12; the same text every time.</summary>
    public static string Text()
    {
        var definitions = new SchemaDefinitions();
        JsonObject root = LabKeys.Shape.Schema(definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A TestLab lab file",
            ["allOf"] = new JsonArray(root),
            ["$defs"] = definitions.All,
        };
        return schema.ToJsonString(Indented) + "\n";
    }
}
