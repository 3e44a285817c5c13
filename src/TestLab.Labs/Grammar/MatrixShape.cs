using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>The matrix. It is read before everything else, by <c>MatrixReader</c>; here it is only described.</summary>
internal sealed class MatrixShape : Shape<Node>
{
    public override string Noun => "a map from variables to lists of values";

    public override bool TryRead(Node node, Reading reading, [MaybeNullWhen(false)] out Node value)
    {
        value = node;
        return true;
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var value = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        var cell = new JsonObject { ["type"] = "object", ["additionalProperties"] = value };
        var cells = new JsonObject { ["type"] = "array", ["items"] = cell };
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                [LabKeys.IncludeName] = With(cells.DeepClone(), "Cells beside the product; each names all variables."),
                [LabKeys.ExcludeName] = With(cells, "Cells that are left out; variables that are not named match any value."),
            },
            ["patternProperties"] = new JsonObject
            {
                [$"^(?!(include|exclude)$){LabKeys.VariablePattern}$"] =
                    new JsonObject { ["type"] = "array", ["items"] = value.DeepClone(), ["minItems"] = 1 },
            },
            ["additionalProperties"] = false,
        };
    }

    private static JsonNode With(JsonNode schema, string description)
    {
        schema["description"] = description;
        return schema;
    }
}
