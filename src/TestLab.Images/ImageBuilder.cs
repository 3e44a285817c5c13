using System.Collections.Concurrent;
using System.Security.Cryptography;
using TestLab.Images.Building;
using TestLab.Images.Hosting;
using TestLab.Images.Initramfs;
using TestLab.Images.Packages;
using TestLab.Images.RootFileSystem;

namespace TestLab.Images;

/// <summary>
/// Builds images into the catalog. A build that fails or is cancelled leaves nothing behind; two builds of the same
/// image, from whatever processes, come one after the other and the second finds the first one's work.
/// </summary>
/// <param name="catalog">Where images are.</param>
/// <param name="machine">Finishes images whose programs this host cannot run; without it they cannot be built here.</param>
public sealed class ImageBuilder(ImageCatalog catalog, IBuildMachine? machine = null)
{
    /// <summary>What the system says, and every tool repeats, when a disk is full.</summary>
    internal const string DiskFull = "No space left on device";

    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    // The workspaces whose archive of security updates turned out to be incomplete; several builds may be under way.
    private readonly ConcurrentDictionary<string, bool> _incomplete = new(StringComparer.Ordinal);

    private static readonly string[] _tools = ["apt-get", "apt-cache", "apt-config", "dpkg-deb"];

    /// <summary>Gives the image of a name and builds it first where it is not in the catalog.</summary>
    /// <param name="name">The image.</param>
    /// <param name="rebuild">Builds it anew even so, of the packages that the archive has now.</param>
    /// <param name="progress">Hears what is being done.</param>
    /// <param name="cancellation">Stops the build.</param>
    /// <exception cref="ImageException">It cannot be built; the message says why and what to do.</exception>
    public Task<GuestImage> BuildAsync(
        ImageName name,
        bool rebuild = false,
        IProgress<ImageProgress>? progress = null,
        CancellationToken cancellation = default)
        => BuildAsync(ImageRecipe.For(name), rebuild, progress, cancellation);

    /// <summary>Gives the image of a recipe and builds it first where it is not in the catalog.</summary>
    /// <param name="recipe">All that decides how it is made; <see cref="ImageRecipe.For(ImageSpecification)"/>.</param>
    /// <param name="rebuild">Builds it anew even so; what it is based on stays.</param>
    /// <param name="progress">Hears what is being done.</param>
    /// <param name="cancellation">Stops the build.</param>
    /// <exception cref="ImageException">It cannot be built; the message says why and what to do.</exception>
    public async Task<GuestImage> BuildAsync(
        ImageRecipe recipe,
        bool rebuild = false,
        IProgress<ImageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (!rebuild && catalog.Find(recipe) is { } ready)
        {
            return ready;
        }
        catalog.Sweep();
        using FileLock held = await catalog.LockAsync(
            recipe.Address,
            () => progress?.Report(new ImageProgress($"waiting for another build of {recipe.Label}")),
            cancellation).ConfigureAwait(false);
        if (!rebuild && catalog.Find(recipe) is { } builtMeanwhile)
        {
            return builtMeanwhile;
        }
        await CheckPackagesAsync(recipe, progress, cancellation).ConfigureAwait(false);
        // A recipe waits for its base, never a base for a recipe: so two builds cannot wait for each other.
        GuestImage? ground = recipe.Address == ImageRecipe.For(recipe.Name).Address || recipe.Specification.Kernel is not null
            ? null
            : await BuildAsync(GroundOf(recipe), rebuild: false, progress, cancellation).ConfigureAwait(false);
        string folder = catalog.BeginBuild(recipe.Address);
        try
        {
            string scraps = Path.Combine(folder, "scraps");
            Directory.CreateDirectory(scraps);
            (BuildSite site, string kernelVersion) =
                await MakeAsync(recipe, ground, folder, scraps, progress, cancellation).ConfigureAwait(false);
            Directory.Delete(scraps, recursive: true);
            (await DescribeAsync(site, folder, kernelVersion, cancellation).ConfigureAwait(false))
                .Save(site.PathOf(ImageManifest.FileName));
            return catalog.Publish(recipe.Address);
        }
        catch (Exception cause) when (cause is IOException or ImageException
            && cause.Message.Contains(DiskFull, StringComparison.Ordinal))
        {
            throw new ImageException(
                $"no space is left for {recipe.Label} in {catalog.Folder}",
                $"make room (a build takes up to 3 GB), or name another place in {ImageCatalog.FolderVariable}",
                cause);
        }
        finally
        {
            catalog.RemoveBuild(recipe.Address);
        }
    }

    /// <summary>What a recipe builds on: its base; for a disk that is there already, just a kernel with drivers.</summary>
    private static ImageRecipe GroundOf(ImageRecipe recipe)
        => recipe.Specification.Disk is null && recipe.Specification.Oci is null
            ? ImageRecipe.For(recipe.Name)
            : ImageRecipe.For(ImageName.All.First(name => name.Base == ImageBase.Tiny
                && name.Release == recipe.Name.Release && name.Flavour == recipe.Name.Flavour));

    /// <summary>Fills the folder; once more without security updates where their archive is incomplete.</summary>
    private async Task<(BuildSite Site, string KernelVersion)> MakeAsync(
        ImageRecipe recipe,
        GuestImage? ground,
        string folder,
        string scraps,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        try
        {
            return await OnceAsync().ConfigureAwait(false);
        }
        catch (IncompleteArchiveException incomplete) when (_incomplete.TryAdd(WorkspaceOf(recipe), true))
        {
            progress?.Report(new ImageProgress($"{incomplete.Message}: built without its updates", IsWarning: true));
            catalog.BeginBuild(recipe.Address);
            Directory.CreateDirectory(scraps);
            return await OnceAsync().ConfigureAwait(false);
        }

        Task<(BuildSite Site, string KernelVersion)> OnceAsync()
            => ground is null && recipe.Specification.Kernel is null
                ? FillAsync(recipe, folder, scraps, progress, cancellation)
                : AddAsync(recipe, ground, folder, scraps, progress, cancellation);
    }

    /// <summary>A name that the release does not have is told before anything that takes long.</summary>
    private async Task CheckPackagesAsync(
        ImageRecipe recipe, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        if (recipe.Specification.Packages.Count > 0)
        {
            using AptWorkspace apt = await OpenWorkspaceAsync(recipe, progress, cancellation).ConfigureAwait(false);
            await apt.CheckAsync(recipe.Specification.Packages, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(BuildSite Site, string KernelVersion)> FillAsync(
        ImageRecipe recipe,
        string folder,
        string scraps,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        using AptWorkspace apt = await OpenWorkspaceAsync(recipe, progress, cancellation).ConfigureAwait(false);
        BuildSite site = new(recipe, folder, scraps, apt, progress);
        string kernelVersion = await BootFiles.WriteAsync(site, cancellation).ConfigureAwait(false);
        if (recipe.Name.Base == ImageBase.Debian)
        {
            await DebianRoot.WriteAsync(site, machine, cancellation).ConfigureAwait(false);
        }
        return (site, kernelVersion);
    }

    private async Task<(BuildSite Site, string KernelVersion)> AddAsync(
        ImageRecipe recipe,
        GuestImage? ground,
        string folder,
        string scraps,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        ImageSpecification specification = recipe.Specification;
        bool isLayer = recipe.Name.Base == ImageBase.Debian && specification.HasAdditions;
        using AptWorkspace apt = isLayer
            ? await OpenWorkspaceAsync(recipe, progress, cancellation).ConfigureAwait(false)
            : AptWorkspace.None;
        BuildSite site = new(recipe, folder, scraps, apt, progress);
        await GivenFiles.CopyAsync(site, ground, cancellation).ConfigureAwait(false);
        if (isLayer && ground is not null)
        {
            string busybox = await BootFiles.BusyboxAsync(site, cancellation).ConfigureAwait(false);
            await RootLayer.WriteAsync(site, ground.RootPath, busybox, machine, cancellation).ConfigureAwait(false);
        }
        foreach (ImagePackage package in ground?.Manifest.Packages ?? [])
        {
            site.NoteUnlessKnown(package);
        }
        return (site, ground?.Manifest.KernelVersion ?? ImageManifest.OwnKernel);
    }

    private async Task<AptWorkspace> OpenWorkspaceAsync(
        ImageRecipe recipe,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        await HostTools.RequireAsync(_tools, progress, cancellation).ConfigureAwait(false);
        if (!File.Exists(Keyring))
        {
            throw new MissingToolException(Keyring, "debian-archive-keyring");
        }
        return await AptWorkspace.OpenAsync(
            WorkspaceOf(recipe),
            recipe.Name.Release,
            recipe.Name.Architecture,
            Keyring,
            hasSecurity: !_incomplete.ContainsKey(WorkspaceOf(recipe)),
            progress,
            cancellation)
            .ConfigureAwait(false);
    }

    private string WorkspaceOf(ImageRecipe recipe)
        => Path.Combine(catalog.Downloads, $"{recipe.Name.Release.CodeName}-{recipe.Name.Architecture}");

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
            Name = site.Recipe.Label,
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
