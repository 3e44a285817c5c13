namespace TestLab.Images;

/// <summary>
/// An image as a lab describes it: a base and what is added to it, or files of the user's own.
/// </summary>
public sealed record ImageSpecification
{
    /// <summary>What the user calls it; null: it goes by its address.</summary>
    public string? Label { get; init; }

    /// <summary>What it starts from; it also brings kernel and drivers for <see cref="Disk"/> and <see cref="Oci"/>.</summary>
    public ImageName Base { get; init; } = ImageName.Parse("tiny");

    /// <summary>What starts a Debian; of no meaning for others.</summary>
    public ImageInit Init { get; init; } = ImageInit.Minimal;

    /// <summary>Packages of the base's release, with what they depend on and nothing that they only recommend.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    public IReadOnlyList<ImageFileSource> Files { get; init; } = [];

    /// <summary>Lines for the image's <c>sh</c>, run as root in it while it is built, packages and files in place.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>A kernel of the user's own (bzImage or ELF).</summary>
    public string? Kernel { get; init; }

    /// <summary>An initial RAM file system for <see cref="Kernel"/>.</summary>
    public string? Initrd { get; init; }

    /// <summary>A raw disk: for <see cref="Kernel"/>, or one file system (ext4) for the base's kernel.</summary>
    public string? Disk { get; init; }

    /// <summary>An archive of an OCI image, or of <c>docker save</c>: its root file system becomes the disk.</summary>
    public string? Oci { get; init; }

    /// <summary>More words for the kernel's command line; all of them, for a kernel of the user's own.</summary>
    public string? CommandLine { get; init; }

    /// <summary>An image that a name says all of.</summary>
    public static ImageSpecification Of(ImageName name) => new() { Base = name, Init = name.Init };

    internal bool HasAdditions => Packages.Count + Files.Count + Commands.Count > 0;
}
