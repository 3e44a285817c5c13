using TestLab.Images.Hosting;
using TestLab.Images.Packages;

namespace TestLab.Images;

/// <summary>
/// What the steps of one build share: the recipe, the folder that becomes the image, a folder for scraps.
/// </summary>
internal sealed class BuildSite(
    ImageRecipe recipe,
    string folder,
    string scraps,
    AptWorkspace apt,
    IProgress<ImageProgress>? progress)
{
    private bool? _canFinish;
    private readonly SortedDictionary<string, ImagePackage> _packages = new(StringComparer.Ordinal);

    public ImageRecipe Recipe => recipe;

    public AptWorkspace Apt => apt;

    public IProgress<ImageProgress>? Progress => progress;

    public IReadOnlyCollection<ImagePackage> Packages => _packages.Values;

    public string PathOf(string file) => Path.Combine(folder, file);

    public string ScrapOf(string name) => Path.Combine(scraps, name);

    public void Report(string text) => progress?.Report(new ImageProgress(text));

    /// <summary>Says what changes by the second: worth a look, but not each a line that stays.</summary>
    public void ReportDetail(string text) => progress?.Report(new ImageProgress(text, IsDetail: true));

    /// <summary>Whether programs of the image run on this host, as root.</summary>
    public async Task<bool> CanFinishAsync(CancellationToken cancellation)
        => _canFinish ??= await HostAbility.CanFinishAsync(recipe.Name.Architecture, ScrapOf("probe"), cancellation)
            .ConfigureAwait(false);

    /// <summary>Notes that the image has a package in it.</summary>
    public void Note(ImagePackage package) => _packages[package.Name] = package;

    /// <summary>Notes a package that came with the base, unless another version of it is noted.</summary>
    public void NoteUnlessKnown(ImagePackage package) => _packages.TryAdd(package.Name, package);

    /// <summary>Fetches a package of the release and unpacks it; gives the folder.</summary>
    public async Task<string> UnpackAsync(string name, CancellationToken cancellation)
    {
        string target = ScrapOf(name);
        await UnpackAsync(name, target, cancellation).ConfigureAwait(false);
        return target;
    }

    /// <summary>Fetches a package of the release and unpacks it into a folder, which may have others in it.</summary>
    public async Task UnpackAsync(string name, string folder, CancellationToken cancellation)
    {
        DebianPackage package = await apt.FindAsync(name, cancellation).ConfigureAwait(false);
        string file = await apt.DownloadAsync(package, progress, cancellation).ConfigureAwait(false);
        await PackageContents.ExtractAsync(file, folder, cancellation).ConfigureAwait(false);
        Note(new ImagePackage(package.Name, package.Version, package.Architecture));
    }
}
