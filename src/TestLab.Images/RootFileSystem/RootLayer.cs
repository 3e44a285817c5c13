using TestLab.Images.Building;
using TestLab.Images.Hosting;
using TestLab.Images.Packages;

namespace TestLab.Images.RootFileSystem;

/// <summary>
/// Makes the disk of a recipe: the base's files, then packages, files and commands on top, then a file system. Files
/// are unpacked on this host; programs of the guest run here where they can, else on a build machine.
/// </summary>
internal static class RootLayer
{
    private const string Here = "here";
    private const string Elsewhere = "plain";

    private const int MachineMemoryMebibytes = 1024;
    private const long RecipeDiskSlackBytes = 64L << 20;

    // $1 base archive or nothing, $2 folder, $3 recipe, $4 packages, $5 where programs run; the rest makes the disk.
    private const string Session = """
        base=$1; root=$2; recipe=$3; packages=$4; place=$5; shift 5; set -e
        echo base > "$recipe/step"
        [ -z "$base" ] \
            || tar --extract --numeric-owner --same-permissions --same-owner --file "$base" --directory "$root"
        [ ! -e "$recipe/plan" ] || sh "$recipe/unpack" "$root" "$recipe" "$packages" "$place" 1>&2
        # What the script "layer" mounts hides these folders from it: it cannot set their times.
        [ -n "$base" ] || touch --date "@$SOURCE_DATE_EPOCH" "$root/dev" "$root/proc" "$root/run"
        if [ "$place" = here ]; then
            unshare --mount --pid --fork --kill-child sh "$recipe/layer" "$root" "$recipe" 1>&2
            cat "$root/var/lib/dpkg/status"
        fi
        echo disk > "$recipe/step"
        exec "$@"
        """;

    // On the build machine: its disks are the root file system, the recipe, and where the result goes.
    private const string Errand = """
        set -e
        mkdir -p /recipe
        mount -t ext4 -o noatime /dev/vda /mnt
        mount -t ext4 -o noatime /dev/vdb /recipe
        if ! unshare -m sh /recipe/layer /mnt /recipe 1>&2; then
            cat /recipe/step
            exit 1
        fi
        echo 'Packing the result' 1>&2
        chroot /mnt /bin/tar --create --numeric-owner --sort=name --one-file-system --exclude=./lost+found --file=- . > /dev/vdc
        sync
        """;

    private static readonly string[] _tools = ["tar", "mke2fs", "dpkg-deb", "dpkg"];

    /// <summary>Writes <c>disk.img</c> and notes the packages in it.</summary>
    /// <param name="site">The build.</param>
    /// <param name="baseArchive">The base's root file system.</param>
    /// <param name="busybox">A static one for the guest.</param>
    /// <param name="machine">Where programs run that cannot run here; null where there is none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PackageException">A package is not to be had, or does not install.</exception>
    /// <exception cref="RecipeCommandException">A command of the recipe failed.</exception>
    public static async Task WriteAsync(
        BuildSite site,
        string baseArchive,
        string busybox,
        IBuildMachine? machine,
        CancellationToken cancellation)
    {
        ImageSpecification specification = site.Recipe.Specification;
        string statusFile = site.ScrapOf("status");
        await File.WriteAllTextAsync(
            statusFile, await StatusOfAsync(baseArchive, cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);
        RootRecipe recipe = await RootRecipe.StageAsync(
            site, specification.Packages, statusFile, isBase: false, busybox, cancellation).ConfigureAwait(false);
        site.Apt.Release();
        site.Report(specification.Packages.Count == 0
            ? "adding files and running commands"
            : $"installing {string.Join(' ', specification.Packages)}");
        string status;
        if (await site.CanFinishAsync(cancellation).ConfigureAwait(false))
        {
            string disk = site.PathOf(GuestImage.DiskFile);
            status = await RunAsync(site, baseArchive, recipe, Here, disk, cancellation).ConfigureAwait(false);
            Ext4Disk.Settle(site);
        }
        else
        {
            string archive = site.ScrapOf("result.tar");
            await AssembleAsync(site, baseArchive, recipe, machine, archive, cancellation).ConfigureAwait(false);
            await Ext4Disk.WriteAsync(site, archive, Environment.IsPrivilegedProcess, cancellation).ConfigureAwait(false);
            status = await StatusOfAsync(archive, cancellation).ConfigureAwait(false);
        }
        foreach (ImagePackage package in DebianRoot.InstalledPackages(status))
        {
            site.Note(package);
        }
    }

    /// <summary>Makes a root file system whose programs cannot run here.</summary>
    /// <param name="site">The build; kernel and initial RAM file system are in its folder.</param>
    /// <param name="baseArchive">What it starts from; null: from nothing.</param>
    /// <param name="recipe">What is added.</param>
    /// <param name="machine">Where its programs run.</param>
    /// <param name="archive">The file that is written.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task AssembleAsync(
        BuildSite site,
        string? baseArchive,
        RootRecipe recipe,
        IBuildMachine? machine,
        string archive,
        CancellationToken cancellation)
    {
        string architecture = site.Recipe.Name.Architecture;
        if (machine is null)
        {
            throw new ImageException(
                $"this host cannot run programs for {architecture} as root",
                "build the image on a host that can, or through testlab, which brings a machine for it");
        }
        string disk = site.ScrapOf("work.img");
        await RunAsync(site, baseArchive, recipe, Elsewhere, disk, cancellation).ConfigureAwait(false);
        string recipeDisk = site.ScrapOf("recipe.img");
        await Ext4Disk.OfFolderAsync(site, recipe.Folder, recipeDisk, SizeFor(recipe.Folder), cancellation).ConfigureAwait(false);
        site.Report("setting it up in an emulated machine");
        BuildOutcome outcome = await machine.RunAsync(
            new BuildErrand
            {
                Kernel = site.PathOf(GuestImage.KernelFile),
                Initrd = site.PathOf(GuestImage.InitrdFile),
                CommandLine = ImageRecipe.QuickBoot,
                MemoryMebibytes = MachineMemoryMebibytes,
                Disks = [disk, recipeDisk],
                Result = archive,
                ResultBytes = DebianRoot.DiskBytes,
                Command = $"export SOURCE_DATE_EPOCH={DebianRoot.Epoch}\n{Errand}",
                Heard = new SetUpProgress(site, recipe.PackageCount).Hear,
            },
            cancellation).ConfigureAwait(false);
        if (outcome.ExitCode != 0)
        {
            string step = outcome.Output.Trim() is { Length: > 0 } said ? said : "start";
            // Of its own disk: this host's would have stopped the machine.
            throw outcome.Errors.Contains(ImageBuilder.DiskFull, StringComparison.Ordinal)
                ? TooLarge()
                : Failure(site, step, outcome.ExitCode, outcome.Errors);
        }
    }

    /// <summary>Runs the session on this host; gives dpkg's list where it ran to its end here.</summary>
    private static async Task<string> RunAsync(
        BuildSite site, string? baseArchive, RootRecipe recipe, string place, string disk, CancellationToken cancellation)
    {
        string root = site.ScrapOf(place);
        Directory.CreateDirectory(root);
        string[] makeDisk = await Ext4Disk.CommandAsync(site, root, disk, DebianRoot.DiskBytes, cancellation).ConfigureAwait(false);
        string[] session = ["sh", "-c", Session, "sh", baseArchive ?? "", root, recipe.Folder, recipe.Packages, place, .. makeDisk];
        bool isRoot = Environment.IsPrivilegedProcess;
        // Without root, whoever runs programs has to look like it to the kernel; for files it is enough to remember.
        IReadOnlyList<string> prefix = place == Here ? HostAbility.AsRoot : isRoot ? [] : ["fakeroot", "--"];
        await HostTools.RequireAsync(
            [.. _tools, .. prefix.Take(1)], site.Progress, cancellation).ConfigureAwait(false);
        string[] words = [.. prefix, .. session];
        (int exitCode, string output, string errors) = await Ext4Disk.With(new HostCommand(words[0], words[1..]).Guarded(), site)
            .With("SOURCE_DATE_EPOCH", $"{DebianRoot.Epoch}").TryRunAsync(cancellation).ConfigureAwait(false);
        return exitCode == 0 ? output : throw Failure(site, recipe.Step, exitCode, errors);
    }

    private static Task<string> StatusOfAsync(string archive, CancellationToken cancellation)
        => new HostCommand("tar", "--extract", "--to-stdout", "--file", archive, "./var/lib/dpkg/status").RunAsync(cancellation);

    private static IReadOnlyList<string> Wanted(BuildSite site)
        => site.Recipe.Specification.Packages is { Count: > 0 } packages ? packages : ["of the base"];

    private static long SizeFor(string folder)
        => RecipeDiskSlackBytes + Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Sum(file => new FileInfo(file).Length + 4096);

    private static ImageException TooLarge()
        => new($"the image does not fit its disk of {DebianRoot.DiskBytes >> 30} GiB", "install less");

    private static ImageException Failure(BuildSite site, string step, int exitCode, string errors)
    {
        string[] words = step.Split(' ');
        string last = HostCommand.LastLines(errors);
        ImageSpecification specification = site.Recipe.Specification;
        if (errors.Contains("Could not allocate block", StringComparison.Ordinal))
        {
            return TooLarge();
        }
        return words[0] switch
        {
            "unpack" or "packages" => new PackageException(
                AptWorkspace.CulpritIn(errors) is { } package ? [package] : Wanted(site), $"it does not install: {last}"),
            "run" => new RecipeCommandException(specification.Commands[int.Parse(words[1]) - 1], exitCode, last),
            _ => new CommandFailedException($"building the disk, step {step}", exitCode, last),
        };
    }
}
