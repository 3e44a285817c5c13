using System.Text.Json;
using TestLab.Images;

namespace TestLab.Cli.Verbs.Images;

/// <summary>An image as the list shows it, and as <c>--json</c> prints it; names of properties only get added.</summary>
internal sealed record ImageRow(string Name, bool Built, long Bytes, string? Kernel, string? Address, string? Folder)
{
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static ImageRow Of(ImageName name, GuestImage? image) => new(
        name.ToString(), image is not null, image?.Bytes ?? 0, image?.Manifest.KernelVersion, image?.Manifest.Address,
        image?.Folder);

    public static ImageRow Of(GuestImage image) => new(
        image.Manifest.Name, true, image.Bytes, image.Manifest.KernelVersion, image.Manifest.Address, image.Folder);

    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Json);
}
