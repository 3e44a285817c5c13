using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>How plans become JSON.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabPlan))]
[JsonSerializable(typeof(CellPlan))]
[JsonSerializable(typeof(ImagePlan))]
internal sealed partial class CanonicalContext : JsonSerializerContext;
