using TestLab.Images.Hosting;

namespace TestLab.Images;

/// <summary>
/// The images on this host: a folder for each address, complete or absent. Any number of processes may use the folder
/// at the same time.
/// </summary>
public sealed class ImageCatalog
{
    /// <summary>
    /// Names the cache's folder; without it, it stands where the XDG base directory specification says.
    /// </summary>
    public const string FolderVariable = "TESTLAB_CACHE";

    /// <summary>Opens the cache in a folder, or in the user's own where none is given.</summary>
    public ImageCatalog(string? folder = null)
    {
        Folder = Path.GetFullPath(folder ?? DefaultFolder());
    }

    /// <summary>The cache's folder.</summary>
    public string Folder { get; }

    private string Images => Path.Combine(Folder, "images");

    /// <summary>A folder for each release and architecture.</summary>
    internal string Downloads => Path.Combine(Folder, "apt");

    /// <summary>
    /// The image of a name as this version of the program would build it; null where it is not built.
    /// </summary>
    public GuestImage? Find(ImageName name) => Find(ImageRecipe.For(name));

    /// <summary>The image of a recipe; null where it is not built.</summary>
    public GuestImage? Find(ImageRecipe recipe) => FindAt(recipe.Address);

    /// <summary>The image at an address; null where there is none.</summary>
    public GuestImage? FindAt(string address) => Open(FolderOf(address));

    /// <summary>The image that says this of its name, such as <c>recipe:</c> and 12 digits; null where there is none.</summary>
    public GuestImage? FindLabelled(string label) => List().FirstOrDefault(image => image.Manifest.Name == label);

    /// <summary>All images in the cache, those of older recipes too, by name and address.</summary>
    public IReadOnlyList<GuestImage> List()
        => !Directory.Exists(Images)
            ? []
            : [
                .. Directory.EnumerateDirectories(Images)
                    .Where(folder => !IsUnfinished(folder))
                    .Select(Open)
                    .OfType<GuestImage>()
                    .OrderBy(image => image.Manifest.Name, StringComparer.Ordinal)
                    .ThenBy(image => image.Manifest.Address, StringComparer.Ordinal),
            ];

    /// <summary>Removes an image from the cache; waits for a build of it to end.</summary>
    public async Task RemoveAsync(GuestImage image, CancellationToken cancellation = default)
    {
        using FileLock held = await LockAsync(image.Manifest.Address, null, cancellation).ConfigureAwait(false);
        RemoveFolder(image.Folder);
    }

    /// <summary>Removes lists and packages that were fetched for builds; waits for builds that use them.</summary>
    /// <returns>The bytes that were freed.</returns>
    public async Task<long> RemoveDownloadsAsync(CancellationToken cancellation = default)
    {
        long bytes = 0;
        foreach (string workspace in Directory.Exists(Downloads) ? Directory.GetDirectories(Downloads) : [])
        {
            using FileLock held = await FileLock.AcquireAsync($"{workspace}.lock", null, cancellation).ConfigureAwait(false);
            bytes += Directory.EnumerateFiles(workspace, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
            Directory.Delete(workspace, recursive: true);
        }
        return bytes;
    }

    internal Task<FileLock> LockAsync(string address, Action? onWaiting, CancellationToken cancellation)
        => FileLock.AcquireAsync(Path.Combine(Images, $"{address}.lock"), onWaiting, cancellation);

    /// <summary>Makes the folder in which an image is built; the caller holds the image's lock.</summary>
    internal string BeginBuild(string address)
    {
        string folder = Path.Combine(Images, $"{address}.partial");
        RemoveBuild(address); // Of a process that was killed: nobody else can hold the lock.
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Removes what builds left that were killed: a folder whose lock is free is nobody's.</summary>
    internal void Sweep()
    {
        if (!Directory.Exists(Images))
        {
            return;
        }
        foreach (string folder in Directory.EnumerateDirectories(Images).Where(IsUnfinished))
        {
            using FileLock? held = FileLock.TryAcquire(Path.ChangeExtension(folder, "lock"));
            if (held is not null && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Puts a finished folder in place of what stands at the address.</summary>
    internal GuestImage Publish(string address)
    {
        string place = FolderOf(address);
        RemoveFolder(place);
        Directory.Move(Path.Combine(Images, $"{address}.partial"), place);
        return Open(place) ?? throw new ImageException($"the image in {place} vanished while it was built");
    }

    internal void RemoveBuild(string address)
    {
        string folder = Path.Combine(Images, $"{address}.partial");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static GuestImage? Open(string folder)
    {
        string manifest = Path.Combine(folder, ImageManifest.FileName);
        return File.Exists(manifest) ? new GuestImage(folder, ImageManifest.Load(manifest)) : null;
    }

    /// <summary>Takes a folder away in one step before its files go one by one.</summary>
    private static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            string away = $"{folder}.removed";
            if (Directory.Exists(away))
            {
                Directory.Delete(away, recursive: true);
            }
            Directory.Move(folder, away);
            Directory.Delete(away, recursive: true);
        }
    }

    internal static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } own)
        {
            return own;
        }
        string caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "testlab");
    }

    /// <summary>Whether a folder is about to become an image, or to go; an image's own name is its address alone.</summary>
    private static bool IsUnfinished(string folder) => Path.GetFileName(folder).Contains('.', StringComparison.Ordinal);

    private string FolderOf(string address) => Path.Combine(Images, address);
}
