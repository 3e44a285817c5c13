using TestLab.Images.Hosting;
using TestLab.Images.Initramfs;
using TestLab.Images.RootFileSystem;

namespace TestLab.Images;

/// <summary>The parts of an image that are not built but given: by its base, or by the user.</summary>
internal static class GivenFiles
{
    /// <summary>Puts them into the image's folder.</summary>
    public static async Task CopyAsync(BuildSite site, GuestImage? ground, CancellationToken cancellation)
    {
        ImageSpecification specification = site.Recipe.Specification;
        Copy("kernel", specification.Kernel ?? ground?.KernelPath, site.PathOf(GuestImage.KernelFile));
        Copy("initrd", specification.Kernel is null ? ground?.InitrdPath : specification.Initrd,
            site.PathOf(GuestImage.InitrdFile));
        Copy("disk", specification.Disk, site.PathOf(GuestImage.DiskFile));
        if (specification.Oci is { } oci)
        {
            await UnpackAsync(site, oci, cancellation).ConfigureAwait(false);
        }
        if (site.Recipe.Name.Base == ImageBase.Tiny && specification.Files.Count > 0)
        {
            site.Report("adding files");
            await using FileStream initrd = new(site.PathOf(GuestImage.InitrdFile), FileMode.Append);
            InitramfsBuilder.WriteAddition(initrd, specification.Files);
        }
    }

    private static async Task UnpackAsync(BuildSite site, string oci, CancellationToken cancellation)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        await HostTools.RequireAsync(isRoot ? ["mke2fs", "tar"] : ["mke2fs", "tar", "fakeroot"], null, cancellation)
            .ConfigureAwait(false);
        site.Report($"unpacking {Path.GetFileName(oci)}");
        string root = site.ScrapOf("root.tar");
        LayerTree tree = await OciArchive.FlattenAsync(
            oci, site.ScrapOf("oci"), site.Recipe.Name.Architecture, root, cancellation).ConfigureAwait(false);
        if (site.Recipe.Name.Init == ImageInit.Systemd && !tree.Has("sbin/init"))
        {
            throw new RecipeException($"{oci} has no /sbin/init", "save an image with systemd in it, or have the init minimal");
        }
        site.Report("writing the disk");
        await Ext4Disk.WriteAsync(site, root, isRoot, cancellation).ConfigureAwait(false);
    }

    private static void Copy(string what, string? from, string to)
    {
        if (from is null)
        {
            return;
        }
        using FileStream source = RecipeCheck.Open(what, from);
        File.Copy(from, to);
        // What belongs to the cache is not the user's to lock or to share.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
                | UnixFileMode.OtherRead);
        }
    }
}
