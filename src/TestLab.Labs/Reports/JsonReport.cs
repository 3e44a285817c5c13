using System.Text.Json;
using System.Text.Json.Serialization;
using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>A result as JSON: for <c>--json</c>, for the catalog, for <c>results.json</c> beside the other reports.</summary>
public static class JsonReport
{
    public static string Write(LabResult result) => JsonSerializer.Serialize(result, JsonReportContext.Default.LabResult);

    public static string Write(CellResult result) => JsonSerializer.Serialize(result, JsonReportContext.Default.CellResult);

    /// <exception cref="JsonException">The text is no result.</exception>
    public static CellResult ReadCell(string json) =>
        JsonSerializer.Deserialize(json, JsonReportContext.Default.CellResult)
        ?? throw new JsonException("The text is no result: null.");

    /// <exception cref="JsonException">The text is no result.</exception>
    public static LabResult Read(string json) =>
        JsonSerializer.Deserialize(json, JsonReportContext.Default.LabResult)
        ?? throw new JsonException("The text is no result: null.");
}

[JsonSourceGenerationOptions(
    WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LabResult))]
[JsonSerializable(typeof(CellResult))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
