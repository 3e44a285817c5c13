using System.Text.Json;
using System.Text.Json.Serialization;

namespace TestLab.Protocol.Wire;

/// <summary>Messages as bytes: a byte with the version of the format, then the message as JSON in UTF-8.</summary>
/// <remarks>
/// The manifest that names the type travels beside the bytes: it is the type's name at its first release, and stays so
/// wherever the type may move.
/// </remarks>
public static class MessageFormat
{
    public const byte Version = 1;

    /// <summary>No message comes near it; remoting would drop a larger one.</summary>
    public const int BytesMax = 100_000;

    /// <summary>By reflection: generated code would set an optional property that is missing to null.</summary>
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>All types of messages, by manifest.</summary>
    public static IReadOnlyDictionary<string, Type> Manifests { get; } = typeof(IMessage).Assembly.GetTypes()
        .Where(type => type.IsClass && typeof(IMessage).IsAssignableFrom(type))
        .ToDictionary(type => type.Name);

    public static string ManifestOf(IMessage message) => message.GetType().Name;

    /// <exception cref="MessageFormatException">The type is unknown, or the message too large.</exception>
    public static byte[] Write(IMessage message)
    {
        using var bytes = new MemoryStream();
        bytes.WriteByte(Version);
        JsonSerializer.Serialize(bytes, message, TypeOf(ManifestOf(message)), Options);
        if (bytes.Length > BytesMax)
            throw new MessageFormatException($"a {ManifestOf(message)} of {bytes.Length} bytes is too large; {BytesMax} are allowed");
        return bytes.ToArray();
    }

    /// <exception cref="MessageFormatException">The bytes are none of ours, or of a later version.</exception>
    public static IMessage Read(ReadOnlySpan<byte> bytes, string manifest)
    {
        Type type = TypeOf(manifest);
        if (bytes.IsEmpty) throw new MessageFormatException($"an empty {manifest}");
        if (bytes[0] != Version)
            throw new MessageFormatException($"a {manifest} of version {bytes[0]}; this node reads version {Version}");
        try
        {
            return JsonSerializer.Deserialize(bytes[1..], type, Options) as IMessage
                ?? throw new MessageFormatException($"no {manifest}: null");
        }
        catch (JsonException error)
        {
            throw new MessageFormatException($"no {manifest}: {error.Message}", error);
        }
    }

    private static Type TypeOf(string manifest) => Manifests.TryGetValue(manifest, out Type? type)
        ? type
        : throw new MessageFormatException($"this node knows no message {manifest}");
}
