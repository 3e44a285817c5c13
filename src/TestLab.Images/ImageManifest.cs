using System.Text.Json;
using System.Text.Json.Serialization;

namespace TestLab.Images;

/// <summary>
/// What an image says of itself, in its file <c>image.json</c>; a later version only adds properties.
/// </summary>
public sealed record ImageManifest
{
    public const string FileName = "image.json";

    /// <summary>Stands for the version of a kernel that the user brought.</summary>
    public const string OwnKernel = "of your own";

    /// <summary>The image's name; <see cref="ImageName.Parse"/> reads it.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of <see cref="Recipe"/>.</summary>
    public required string Address { get; init; }

    /// <summary>The canonical text of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Debian's word for the architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>The version of the kernel, as <c>uname -r</c> prints it.</summary>
    public required string KernelVersion { get; init; }

    /// <summary>The kernel's command line with which the image boots by default.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The memory that a machine gets by default, in MiB.</summary>
    public required int MemoryMebibytes { get; init; }

    /// <summary>The packages that the image was made of, by name.</summary>
    public required IReadOnlyList<ImagePackage> Packages { get; init; }

    /// <summary>The files beside this one, by name.</summary>
    public required IReadOnlyList<ImageFile> Files { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ImageException">The file is not one.</exception>
    public static ImageManifest Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, ImageManifestContext.Default.ImageManifest)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException cause)
        {
            throw new ImageException($"{path} is damaged: {cause.Message}", "build the image anew", cause);
        }
    }

    /// <summary>Writes the manifest; the bytes are a function of its content.</summary>
    public void Save(string path)
        => File.WriteAllText(path, JsonSerializer.Serialize(this, ImageManifestContext.Default.ImageManifest) + "\n");
}
