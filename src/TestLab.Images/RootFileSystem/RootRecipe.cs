using TestLab.Images.Packages;

namespace TestLab.Images.RootFileSystem;

/// <summary>The folder with all that the scripts <c>unpack</c> and <c>layer</c> need to make a root file system.</summary>
internal sealed class RootRecipe
{
    private const string Unpack = "unpack";
    private const string Layer = "layer";

    private RootRecipe(string folder, string packages)
    {
        (Folder, Packages) = (folder, packages);
    }

    /// <summary>A change of the scripts makes other images.</summary>
    public static string Version { get; } = EmbeddedFile.HashOf(Unpack)[..32] + EmbeddedFile.HashOf(Layer)[..32];

    public string Folder { get; }

    /// <summary>Where the files of the packages are.</summary>
    public string Packages { get; }

    /// <summary>The number of packages that it unpacks.</summary>
    public int PackageCount { get; private set; }

    /// <summary>What the scripts were at last.</summary>
    public string Step
    {
        get
        {
            string file = Path.Combine(Folder, "step");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : "start";
        }
    }

    /// <summary>Writes the folder, and fetches the packages that the plan unpacks.</summary>
    /// <param name="site">The build; its files and commands are for this image.</param>
    /// <param name="names">The packages that are wanted.</param>
    /// <param name="statusFile">What is installed already.</param>
    /// <param name="isBase">Whether there is no root file system yet; then what only a fresh one needs comes along.</param>
    /// <param name="busybox">A static one for the guest.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<RootRecipe> StageAsync(
        BuildSite site,
        IReadOnlyList<string> names,
        string statusFile,
        bool isBase,
        string busybox,
        CancellationToken cancellation)
    {
        RootRecipe recipe = new(site.ScrapOf("recipe"), site.ScrapOf("packages"));
        Directory.CreateDirectory(Path.Combine(recipe.Folder, "packages"));
        File.Copy(busybox, recipe.PathOf("busybox"));
        recipe.Write(Layer, EmbeddedFile.ReadText(Layer));
        recipe.Write(Unpack, EmbeddedFile.ReadText(Unpack));
        recipe.Write("sources.list", Lines(site.Apt.Sources));
        if (names.Count > 0)
        {
            await recipe.AddPackagesAsync(site, names, statusFile, isBase, cancellation).ConfigureAwait(false);
        }
        if (isBase)
        {
            recipe.Write("links", site.Recipe.Name.Release.HasMergedUsr ? MergedFolders(site) : "");
            recipe.Write("customize", EmbeddedFile.ReadText(DebianRoot.Script));
            recipe.Write("files", "");
        }
        else
        {
            recipe.AddFilesAndCommands(site.Recipe.Specification);
        }
        return recipe;
    }

    private async Task AddPackagesAsync(
        BuildSite site, IReadOnlyList<string> names, string statusFile, bool isBase, CancellationToken cancellation)
    {
        IReadOnlyList<PlannedStep> plan = await site.Apt.PlanAsync(names, statusFile, cancellation).ConfigureAwait(false);
        PackageCount = plan.Count(step => step.Step == PackageStep.Unpack);
        string packages = $"{PackageCount} packages";
        site.Report(isBase ? $"fetching {packages}" : $"fetching {string.Join(' ', names)}: {packages}");
        await site.Apt.FetchAsync(names, plan, statusFile, Packages, cancellation).ConfigureAwait(false);
        // A system that has nothing yet is set up in the end, all at once; only its users have to be there first.
        Write("plan", Lines(isBase
            ? plan.Where(step => step.Step == PackageStep.Unpack).OrderBy(step => step.Name != "base-passwd")
                .Select(step => step.ToString())
            : plan.Select(step => step.ToString())));
    }

    private void AddFilesAndCommands(ImageSpecification specification)
    {
        List<string> lines = [];
        foreach (ImageFileSource file in specification.Files)
        {
            File.Copy(file.HostPath, PathOf($"file{lines.Count}"));
            lines.Add($"{ImageRecipe.Octal(file.EffectiveMode)} {lines.Count} {file.GuestPath}");
        }
        Write("files", Lines(lines));
        for (int index = 0; index < specification.Commands.Count; index++)
        {
            Write($"run{index + 1}", specification.Commands[index] + "\n");
        }
    }

    private static string MergedFolders(BuildSite site)
        => site.Recipe.Name.Architecture == ImageName.Amd64 ? "bin sbin lib lib64\n" : "bin sbin lib\n";

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line}\n"));

    private string PathOf(string name) => Path.Combine(Folder, name);

    private void Write(string name, string text) => File.WriteAllText(PathOf(name), text);
}
