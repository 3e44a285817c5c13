using System.Globalization;
using System.Text.Json;

namespace TestLab.Simulation.Records;

/// <summary>A record as JSON: process by process, the names of the parts and for each epoch their hashes.</summary>
/// <remarks>Properties only get added.</remarks>
internal static class RunRecordFile
{
    private const int Version = 1;

    public static void Write(RunRecord record, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("runRecord", Version);
        json.WriteNumber("epochNanoseconds", record.EpochNanoseconds);
        json.WriteNumber("endNanoseconds", record.End.Nanoseconds);
        json.WriteStartArray("processes");
        foreach (ProcessRecord process in record.Processes) Write(process, json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static RunRecord Read(Stream stream)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            int version = root.GetProperty("runRecord").GetInt32();
            if (version != Version)
                throw new SnapshotException($"The record has format {version}; this program reads format {Version}.");
            var record = new RunRecord(root.GetProperty("epochNanoseconds").GetInt64())
            {
                End = new VirtualTime(root.GetProperty("endNanoseconds").GetInt64()),
            };
            foreach (JsonElement process in root.GetProperty("processes").EnumerateArray()) Read(process, record);
            return record;
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new SnapshotException("This is not a record of a run, or it is damaged: " + damage.Message, damage);
        }
    }

    private static void Write(ProcessRecord process, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", process.Name);
        json.WriteStartArray("parts");
        foreach (string part in process.Parts) json.WriteStringValue(part);
        json.WriteEndArray();
        json.WriteStartArray("epochs");
        foreach (EpochRecord epoch in process.Epochs)
        {
            json.WriteStartArray();
            json.WriteNumberValue(epoch.Epoch);
            foreach (ulong hash in epoch.Hashes) json.WriteStringValue(hash.ToString("x16"));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Read(JsonElement json, RunRecord record)
    {
        ProcessRecord process = record.For(Text(json.GetProperty("name")));
        foreach (JsonElement part in json.GetProperty("parts").EnumerateArray()) process.IndexOf(Text(part));
        foreach (JsonElement epoch in json.GetProperty("epochs").EnumerateArray())
        {
            IEnumerable<string> hashes = epoch.EnumerateArray().Skip(1).Select(Text);
            process.Add(new EpochRecord(
                epoch[0].GetInt64(), [.. hashes.Select(hash => ulong.Parse(hash, NumberStyles.HexNumber))]));
        }
    }

    private static string Text(JsonElement json) => json.GetString() ?? throw new FormatException("a text is missing");
}
