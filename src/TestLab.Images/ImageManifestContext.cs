using System.Text.Json.Serialization;

namespace TestLab.Images;

/// <summary>The generated code that reads and writes manifests.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImageManifest))]
internal sealed partial class ImageManifestContext : JsonSerializerContext;
