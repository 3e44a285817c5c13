using System.Text.Json;
using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>Writes values as their text; plans are never read back.</summary>
internal sealed class TextConverter<T>(Func<T, string> format) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("plans are read from lab files only");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(format(value));
}
