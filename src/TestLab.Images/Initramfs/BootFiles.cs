using TestLab.Images.Packages;

namespace TestLab.Images.Initramfs;

/// <summary>Makes the kernel and the initial RAM file system of an image out of Debian's packages.</summary>
internal static class BootFiles
{
    private const string KernelPrefix = "linux-image-";

    /// <summary>Writes <c>kernel</c> and <c>initrd</c>; gives the kernel's version.</summary>
    public static async Task<string> WriteAsync(BuildSite site, CancellationToken cancellation)
    {
        DebianPackage package = await KernelPackageAsync(site, cancellation).ConfigureAwait(false);
        string kernel = site.ScrapOf("kernel");
        foreach (string part in PartsOf(package))
        {
            await site.UnpackAsync(part, kernel, cancellation).ConfigureAwait(false);
        }
        string busybox = await site.UnpackAsync("busybox-static", cancellation).ConfigureAwait(false);
        site.Report("writing the initial RAM file system");
        try
        {
            ModuleTree tree = ModuleTree.Open(kernel);
            File.Copy(ImageIn(package, kernel, tree.Version), site.PathOf(GuestImage.KernelFile));
            await using FileStream initrd = File.Create(site.PathOf(GuestImage.InitrdFile));
            byte[] binary = await File.ReadAllBytesAsync(BusyboxBinary(busybox), cancellation).ConfigureAwait(false);
            InitramfsBuilder.Write(
                initrd,
                site.Recipe.Name.Architecture,
                binary,
                tree.Version,
                tree.Closure(InitramfsBuilder.Modules.Where(
                    module => tree.Has(module) || !InitramfsBuilder.PartOfNewKernels.Contains(module))));
            return tree.Version;
        }
        catch (InvalidDataException cause)
        {
            throw new PackageException($"{package.Name} or busybox-static", cause.Message);
        }
    }

    /// <summary>The path of a static busybox for the guest.</summary>
    public static async Task<string> BusyboxAsync(BuildSite site, CancellationToken cancellation)
        => BusyboxBinary(await site.UnpackAsync("busybox-static", cancellation).ConfigureAwait(false));

    /// <summary>The package with the kernel: what the package that follows the newest version depends on.</summary>
    private static async Task<DebianPackage> KernelPackageAsync(BuildSite site, CancellationToken cancellation)
    {
        DebianPackage newest = await site.Apt.FindAsync(KernelPrefix + site.Recipe.Name.Flavour, cancellation)
            .ConfigureAwait(false);
        string kernel = newest.Dependencies().FirstOrDefault(name => name.StartsWith(KernelPrefix, StringComparison.Ordinal))
            ?? throw new PackageException(newest.Name, $"version {newest.Version} names no kernel");
        return await site.Apt.FindAsync(kernel, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The package and those of the same kernel that it needs: after Debian 13 kernel, modules and what describes them
    /// come as <c>linux-binary-</c>, <c>linux-modules-</c> and <c>linux-base-</c> with the version.
    /// </summary>
    internal static IEnumerable<string> PartsOf(DebianPackage kernel)
        => kernel.Dependencies()
            .Where(name => name.EndsWith(kernel.Name[(KernelPrefix.Length - 1)..], StringComparison.Ordinal))
            .Prepend(kernel.Name);

    /// <summary>The kernel itself, beside its modules in newer releases.</summary>
    private static string ImageIn(DebianPackage package, string root, string version)
        => ((string[])[$"boot/vmlinuz-{version}", $"usr/lib/modules/{version}/vmlinuz"])
            .Select(path => Path.Combine(root, path))
            .FirstOrDefault(File.Exists)
            ?? throw new PackageException(package.Name, $"it has no kernel {version}");

    private static string BusyboxBinary(string root)
        => ((string[])["bin/busybox", "usr/bin/busybox"]).Select(path => Path.Combine(root, path))
            .FirstOrDefault(File.Exists)
            ?? throw new PackageException("busybox-static", "it has no program busybox");
}
