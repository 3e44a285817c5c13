using System.Text.Json;
using System.Text.Json.Serialization;
using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>A result as JSON: for <c>--json</c>, for the catalog, for <c>results.json</c> beside the other reports.</summary>
public static class JsonReport
{
    // By reflection: generated code would set properties that an older text does not have to null.
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(LabResult result) => JsonSerializer.Serialize(result, Options);

    public static string Write(CellResult result) => JsonSerializer.Serialize(result, Options);

    /// <exception cref="JsonException">The text is no result.</exception>
    public static CellResult ReadCell(string json) =>
        JsonSerializer.Deserialize<CellResult>(json, Options)
        ?? throw new JsonException("The text is no result: null.");

    /// <exception cref="JsonException">The text is no result.</exception>
    public static LabResult Read(string json) =>
        JsonSerializer.Deserialize<LabResult>(json, Options)
        ?? throw new JsonException("The text is no result: null.");
}
