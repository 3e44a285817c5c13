using TestLab.Images.Packages;

namespace TestLab.Images.Initramfs;

/// <summary>Makes the kernel and the initial RAM file system of an image out of Debian's packages.</summary>
internal static class BootFiles
{
    private const string KernelPrefix = "linux-image-";

    /// <summary>Writes <c>kernel</c> and <c>initrd</c>; gives the kernel's version.</summary>
    public static async Task<string> WriteAsync(BuildSite site, CancellationToken cancellation)
    {
        string kernelName = await KernelPackageAsync(site, cancellation).ConfigureAwait(false);
        string kernel = await site.UnpackAsync(kernelName, cancellation).ConfigureAwait(false);
        string busybox = await site.UnpackAsync("busybox-static", cancellation).ConfigureAwait(false);
        site.Report("writing the initial RAM file system");
        File.Copy(Only(kernelName, kernel, "boot", "vmlinuz-*"), site.PathOf(GuestImage.KernelFile));
        try
        {
            ModuleTree tree = ModuleTree.Open(kernel);
            await using FileStream initrd = File.Create(site.PathOf(GuestImage.InitrdFile));
            byte[] binary = await File.ReadAllBytesAsync(BusyboxBinary(busybox), cancellation).ConfigureAwait(false);
            InitramfsBuilder.Write(
                initrd,
                site.Recipe.Name.Architecture,
                binary,
                tree.Version,
                tree.Closure(InitramfsBuilder.Modules));
            return tree.Version;
        }
        catch (InvalidDataException cause)
        {
            throw new PackageException($"{kernelName} or busybox-static", cause.Message);
        }
    }

    /// <summary>The path of a static busybox for the guest.</summary>
    public static async Task<string> BusyboxAsync(BuildSite site, CancellationToken cancellation)
        => BusyboxBinary(await site.UnpackAsync("busybox-static", cancellation).ConfigureAwait(false));

    /// <summary>The package with the kernel: what the package that follows the newest version depends on.</summary>
    private static async Task<string> KernelPackageAsync(BuildSite site, CancellationToken cancellation)
    {
        DebianPackage newest = await site.Apt.FindAsync(KernelPrefix + site.Recipe.Name.Flavour, cancellation)
            .ConfigureAwait(false);
        return newest.Dependencies().FirstOrDefault(name => name.StartsWith(KernelPrefix, StringComparison.Ordinal))
            ?? throw new PackageException(newest.Name, $"version {newest.Version} names no kernel");
    }

    private static string BusyboxBinary(string root)
        => ((string[])["bin/busybox", "usr/bin/busybox"]).Select(path => Path.Combine(root, path))
            .FirstOrDefault(File.Exists)
            ?? throw new PackageException("busybox-static", "it has no program busybox");

    private static string Only(string package, string root, string folder, string pattern)
    {
        string place = Path.Combine(root, folder);
        string[] files = Directory.Exists(place) ? Directory.GetFiles(place, pattern) : [];
        return files.Length == 1
            ? files[0]
            : throw new PackageException(
                package, $"it has {files.Length} files {folder}/{pattern} where one is wanted");
    }
}
