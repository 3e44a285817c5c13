namespace TestLab.Images;

/// <summary>A finished image in the cache. Its files are never written to again.</summary>
public sealed class GuestImage
{
    internal const string KernelFile = "kernel";
    internal const string InitrdFile = "initrd";
    internal const string DiskFile = "disk.img";
    internal const string RootFile = "root.tar";

    internal GuestImage(string folder, ImageManifest manifest)
    {
        Folder = folder;
        Manifest = manifest;
    }

    public string Folder { get; }

    public ImageManifest Manifest { get; }

    /// <summary>The stock bzImage, as the distribution ships it.</summary>
    public string KernelPath => Path.Combine(Folder, KernelFile);

    /// <summary>The initial RAM file system.</summary>
    public string InitrdPath => Path.Combine(Folder, InitrdFile);

    /// <summary>False where a kernel of the user's own came without one.</summary>
    public bool HasInitrd => Has(InitrdFile);

    /// <summary>
    /// A raw disk that holds one file system without a partition table; null where the image has no disk.
    /// </summary>
    public string? DiskPath
        => Has(DiskFile) ? Path.Combine(Folder, DiskFile) : null;

    /// <summary>What starts its system; null: a kernel of the user's own decides.</summary>
    public ImageInit? Init => Manifest.KernelVersion == ImageManifest.OwnKernel ? null
        : Manifest.CommandLine.Split(' ').Contains(ImageRecipe.SystemdStart) ? ImageInit.Systemd
        : ImageInit.Minimal;

    /// <summary>The apparent size of all files.</summary>
    public long Bytes => Manifest.Files.Sum(file => file.Bytes);

    /// <summary>The root file system on which recipes build.</summary>
    internal string RootPath => Path.Combine(Folder, RootFile);

    private bool Has(string name) => Manifest.Files.Any(file => file.Name == name);
}
