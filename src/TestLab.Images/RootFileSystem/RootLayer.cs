using TestLab.Images.Hosting;
using TestLab.Images.Packages;

namespace TestLab.Images.RootFileSystem;

/// <summary>
/// Makes the disk of a recipe: the base's files, then packages, files and commands on top, then a file system.
/// </summary>
internal static class RootLayer
{
    private const string Script = "layer";

    /// <summary>Where the kernel of the host cannot run the guest's programs.</summary>
    private const string WrongFormat = "Exec format error";

    // $1 base archive, $2 folder, $3 recipe, $4 apt's folder; the rest makes the disk. What the layer changed gets the
    // time of all that is young, so that equal packages give equal disks.
    private const string Session = """
        base=$1; root=$2; recipe=$3; apt=$4; shift 4; set -e
        echo base > "$recipe/step"
        tar --extract --numeric-owner --same-permissions --same-owner --file "$base" --directory "$root"
        unshare --mount --pid --fork --kill-child sh "$recipe/layer" "$root" "$recipe" "$apt" 1>&2
        echo disk > "$recipe/step"
        find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
        cat "$root/var/lib/dpkg/status"
        exec "$@"
        """;

    private static readonly string[] _tools = ["unshare", "tar", "mke2fs", "chroot"];

    /// <summary>A change of it makes other images.</summary>
    public static string Version => EmbeddedFile.HashOf(Script);

    /// <summary>Writes <c>disk.img</c> and notes the packages in it.</summary>
    /// <param name="site">The build.</param>
    /// <param name="baseArchive">The base's root file system.</param>
    /// <param name="busybox">A static one for the guest.</param>
    /// <param name="progress">Hears what is being done.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PackageException">A package is not to be had, or does not install.</exception>
    /// <exception cref="RecipeCommandException">A command of the recipe failed.</exception>
    public static async Task WriteAsync(
        BuildSite site,
        string baseArchive,
        string busybox,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        await HostTools.RequireAsync(_tools, progress, cancellation).ConfigureAwait(false);
        ImageSpecification specification = site.Recipe.Specification;
        await FetchAsync(site, baseArchive, specification.Packages, cancellation).ConfigureAwait(false);
        string recipe = await StageAsync(site, busybox, cancellation).ConfigureAwait(false);
        string root = site.ScrapOf("root");
        Directory.CreateDirectory(root);
        site.Report(specification.Packages.Count == 0
            ? "adding files and running commands"
            : $"installing {string.Join(' ', specification.Packages)}");
        string[] makeDisk = await Ext4Disk.CommandAsync(site, root, cancellation).ConfigureAwait(false);
        string[] session = ["sh", "-c", Session, "sh", baseArchive, root, recipe, site.Apt.Folder, .. makeDisk];
        HostCommand command = Environment.IsPrivilegedProcess
            ? new HostCommand(session[0], session[1..])
            : new HostCommand("unshare", ["--map-auto", "--map-root-user", "--", .. session]);
        (int exitCode, string output, string errors) = await Ext4Disk.With(command, site)
            .With("SOURCE_DATE_EPOCH", $"{DebianRoot.Epoch}").TryRunAsync(cancellation).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw Failure(site, recipe, exitCode, errors);
        }
        Ext4Disk.Settle(site);
        foreach (ImagePackage package in DebianRoot.InstalledPackages(output))
        {
            site.Note(package);
        }
    }

    /// <summary>Fetches the packages and what they need, so that the layer needs no network of its own for them.</summary>
    private static async Task FetchAsync(
        BuildSite site,
        string baseArchive,
        IReadOnlyList<string> packages,
        CancellationToken cancellation)
    {
        if (packages.Count == 0)
        {
            return;
        }
        site.Report($"fetching {string.Join(' ', packages)}");
        string status = await new HostCommand(
            "tar", "--extract", "--to-stdout", "--file", baseArchive, "./var/lib/dpkg/status")
            .RunAsync(cancellation).ConfigureAwait(false);
        string file = site.ScrapOf("status");
        await File.WriteAllTextAsync(file, status, cancellation).ConfigureAwait(false);
        await site.Apt.DownloadClosureAsync(packages, file, cancellation).ConfigureAwait(false);
    }

    private static async Task<string> StageAsync(BuildSite site, string busybox, CancellationToken cancellation)
    {
        ImageSpecification specification = site.Recipe.Specification;
        string recipe = site.ScrapOf("recipe");
        Directory.CreateDirectory(recipe);
        File.Copy(busybox, Path.Combine(recipe, "busybox"));
        await WriteAsync("layer", EmbeddedFile.ReadText(Script)).ConfigureAwait(false);
        await WriteAsync("packages", string.Concat(specification.Packages.Select(name => $"{name}\n"))).ConfigureAwait(false);
        await WriteAsync("sources.list", string.Concat(site.Apt.Sources.Select(line => $"{line}\n"))).ConfigureAwait(false);
        List<string> lines = [];
        foreach (ImageFileSource file in specification.Files)
        {
            File.Copy(file.HostPath, Path.Combine(recipe, $"file{lines.Count}"));
            lines.Add($"{ImageRecipe.Octal(file.EffectiveMode)} {lines.Count} {file.GuestPath}\n");
        }
        await WriteAsync("files", string.Concat(lines)).ConfigureAwait(false);
        for (int index = 0; index < specification.Commands.Count; index++)
        {
            await WriteAsync($"run{index + 1}", specification.Commands[index] + "\n").ConfigureAwait(false);
        }
        return recipe;

        Task WriteAsync(string name, string text)
            => File.WriteAllTextAsync(Path.Combine(recipe, name), text, cancellation);
    }

    private static ImageException Failure(BuildSite site, string recipe, int exitCode, string errors)
    {
        string file = Path.Combine(recipe, "step");
        string[] step = (File.Exists(file) ? File.ReadAllText(file).Trim() : "start").Split(' ');
        string last = HostCommand.LastLines(errors);
        ImageSpecification specification = site.Recipe.Specification;
        if (errors.Contains(WrongFormat, StringComparison.Ordinal))
        {
            return new ImageException(
                $"this host cannot run programs for {site.Recipe.Name.Architecture}",
                "build the image on a host whose kernel can, or base it on amd64");
        }
        return step[0] switch
        {
            "packages" => new PackageException(
                AptWorkspace.CulpritIn(errors) ?? string.Join(' ', specification.Packages), $"it does not install: {last}"),
            "run" => new RecipeCommandException(specification.Commands[int.Parse(step[1]) - 1], exitCode, last),
            _ => new CommandFailedException($"building the disk, step {step[0]}", exitCode, last),
        };
    }
}
