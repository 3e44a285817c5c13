using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>What a machine boots; equal plans are the same image.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RecipeImage), "recipe")]
[JsonDerivedType(typeof(KernelImage), "kernel")]
[JsonDerivedType(typeof(ArchiveImage), "oci")]
[JsonDerivedType(typeof(ImportedImage), "imported")]
public abstract record ImagePlan
{
    /// <summary>What starts its system, with our agent; null: a kernel of the user's own decides, and there is no agent.</summary>
    [JsonIgnore]
    public InitSystem? System => this switch
    {
        RecipeImage recipe => recipe.Init,
        ArchiveImage archive => archive.Init,
        ImportedImage imported => imported.Init,
        _ => null,
    };
}

/// <summary>An image that is built of a distribution's packages.</summary>
public sealed record RecipeImage : ImagePlan
{
    /// <summary>The full name, as <c>debian:12-i386</c>; <see cref="Images.ImageName.Parse"/> takes it.</summary>
    public required string Base { get; init; }

    /// <summary>Beside those of the base, sorted.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>Part of the image, so that they are there before the first process.</summary>
    public required IReadOnlyList<FilePlan> Files { get; init; }

    /// <summary>Run by <c>sh</c> in the image when it is built, in order, after packages and files.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    public required InitSystem Init { get; init; }
}

/// <summary>A kernel of the user's, and what it boots from.</summary>
public sealed record KernelImage : ImagePlan
{
    /// <summary>A bzImage or ELF file, relative to the lab's folder.</summary>
    public required string Kernel { get; init; }

    public string? Initrd { get; init; }

    /// <summary>A raw disk; the run writes to an overlay, never to the file.</summary>
    public string? Disk { get; init; }

    /// <summary>The kernel's command line.</summary>
    public required string Append { get; init; }
}

/// <summary>The root file system of an OCI image archive, under the kernel of a recipe.</summary>
public sealed record ArchiveImage : ImagePlan
{
    /// <summary>A tar file in OCI layout, relative to the lab's folder.</summary>
    public required string Archive { get; init; }

    /// <summary>The image whose kernel it runs under.</summary>
    public required string Kernel { get; init; }

    public required InitSystem Init { get; init; }
}

/// <summary>An image that the user imported under a name; it is in the cache when the lab is read.</summary>
public sealed record ImportedImage : ImagePlan
{
    public required string Name { get; init; }

    /// <summary>What the name stood for.</summary>
    public required string Address { get; init; }

    /// <summary>What a machine gets whose memory the lab does not say.</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>As it was imported; null: with a kernel of the user's own.</summary>
    public required InitSystem? Init { get; init; }
}
