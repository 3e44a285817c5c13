using System.Security.Cryptography;
using TestLab.Images.Hosting;
using TestLab.Images.Initramfs;
using TestLab.Images.Packages;
using TestLab.Images.RootFileSystem;

namespace TestLab.Images;

/// <summary>
/// Builds images into the catalog. A build that fails or is cancelled leaves nothing behind; two builds of the same
/// image, from whatever processes, come one after the other and the second finds the first one's work.
/// </summary>
public sealed class ImageBuilder(ImageCatalog catalog)
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly string[] _tools = ["apt-get", "apt-cache", "apt-config", "dpkg-deb"];

    /// <summary>Gives the image of a name and builds it first where it is not in the catalog.</summary>
    /// <param name="name">The image.</param>
    /// <param name="rebuild">Builds it anew even so, of the packages that the archive has now.</param>
    /// <param name="progress">Hears what is being done.</param>
    /// <param name="cancellation">Stops the build.</param>
    /// <exception cref="ImageException">It cannot be built; the message says why and what to do.</exception>
    public async Task<GuestImage> BuildAsync(
        ImageName name,
        bool rebuild = false,
        IProgress<ImageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (!rebuild && catalog.Find(name) is { } ready)
        {
            return ready;
        }
        ImageRecipe recipe = ImageRecipe.For(name);
        using FileLock held = await catalog.LockAsync(
            recipe.Address,
            () => progress?.Report(new ImageProgress($"waiting for another build of {name}")),
            cancellation).ConfigureAwait(false);
        if (!rebuild && catalog.Find(name) is { } builtMeanwhile)
        {
            return builtMeanwhile;
        }
        string folder = catalog.BeginBuild(recipe.Address);
        try
        {
            await FillAsync(recipe, folder, progress, cancellation).ConfigureAwait(false);
            return catalog.Publish(recipe.Address);
        }
        finally
        {
            catalog.RemoveBuild(recipe.Address);
        }
    }

    private async Task FillAsync(
        ImageRecipe recipe,
        string folder,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        await HostTools.RequireAsync(_tools, progress, cancellation).ConfigureAwait(false);
        if (!File.Exists(Keyring))
        {
            throw new MissingToolException(Keyring, "debian-archive-keyring");
        }
        string scraps = Path.Combine(folder, "scraps");
        Directory.CreateDirectory(scraps);
        string workspace = Path.Combine(
            catalog.Folder, "apt", $"{recipe.Name.Release.CodeName}-{recipe.Name.Architecture}");
        using (await FileLock.AcquireAsync(
            $"{workspace}.lock",
            () => progress?.Report(new ImageProgress($"waiting for another build of {recipe.Name.Release}")),
            cancellation).ConfigureAwait(false))
        {
            AptWorkspace apt = await AptWorkspace.OpenAsync(
                workspace, recipe.Name.Release, recipe.Name.Architecture, Keyring, progress, cancellation)
                .ConfigureAwait(false);
            BuildSite site = new(recipe, folder, scraps, apt, progress);
            string kernelVersion = await BootFiles.WriteAsync(site, cancellation).ConfigureAwait(false);
            if (recipe.Name.Base == ImageBase.Debian)
            {
                await DebianRoot.WriteAsync(site, progress, cancellation).ConfigureAwait(false);
            }
            Directory.Delete(scraps, recursive: true);
            (await DescribeAsync(site, folder, kernelVersion, cancellation).ConfigureAwait(false))
                .Save(site.PathOf(ImageManifest.FileName));
        }
    }

    private static async Task<ImageManifest> DescribeAsync(
        BuildSite site,
        string folder,
        string kernelVersion,
        CancellationToken cancellation)
    {
        List<ImageFile> files = [];
        foreach (string path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            await using FileStream file = File.OpenRead(path);
            byte[] hash = await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false);
            files.Add(new ImageFile(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(hash)));
        }
        return new ImageManifest
        {
            Name = site.Recipe.Name.ToString(),
            Address = site.Recipe.Address,
            Recipe = site.Recipe.Text,
            Architecture = site.Recipe.Name.Architecture,
            KernelVersion = kernelVersion,
            CommandLine = site.Recipe.CommandLine,
            MemoryMebibytes = site.Recipe.MemoryMebibytes,
            Packages = [.. site.Packages],
            Files = files,
        };
    }
}
