using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>A plan as bytes: equal plans give equal bytes, on every host.</summary>
/// <remarks>Contents of the host's files take part by their hashes; where they lie does not. Images, disks and kernels of the user do not.</remarks>
public static class CanonicalForm
{
    private static readonly CanonicalContext Compact = new(Options(isIndented: false));
    private static readonly CanonicalContext Indented = new(Options(isIndented: true));

    /// <summary>UTF-8 JSON without blanks, properties in the order of the records.</summary>
    public static byte[] Of(CellPlan cell) => JsonSerializer.SerializeToUtf8Bytes(cell, Compact.CellPlan);

    /// <summary>SHA-256 of the canonical form, 64 hexadecimal digits: the lab's part of a run's identity.</summary>
    public static string Hash(CellPlan cell) => Convert.ToHexStringLower(SHA256.HashData(Of(cell)));

    /// <summary>Equal for equal images.</summary>
    internal static string Key(ImagePlan image) => JsonSerializer.Serialize(image, Compact.ImagePlan);

    /// <summary>The whole plan for people and other programs.</summary>
    public static string Json(LabPlan lab) => JsonSerializer.Serialize(lab, Indented.LabPlan);

    private static JsonSerializerOptions Options(bool isIndented) => new()
    {
        WriteIndented = isIndented,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new TextConverter<IPAddress>(address => address.ToString()),
            new TextConverter<IPNetwork>(subnet => subnet.ToString()),
            new TextConverter<PhysicalAddress>(mac => Convert.ToHexStringLower(mac.GetAddressBytes())),
            new TextConverter<Links.Probability>(chance => chance.ToString()),
        },
    };
}
