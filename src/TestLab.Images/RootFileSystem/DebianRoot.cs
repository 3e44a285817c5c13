using System.Text;
using TestLab.Images.Building;
using TestLab.Images.Hosting;
using TestLab.Images.Initramfs;

namespace TestLab.Images.RootFileSystem;

/// <summary>Makes the disk of a <c>debian</c> image: mmdebstrap installs, mke2fs makes the file system.</summary>
internal static class DebianRoot
{
    // Enough to look around in a network; whatever else a lab needs, its recipe names.
    private static readonly string[] _minimalPackages = ["iproute2", "iputils-ping", "netbase", "procps"];

    private static readonly string[] _systemdPackages =
    [
        "systemd-sysv", "udev", "dbus", "login", "iproute2", "iputils-ping", "e2fsprogs", "ca-certificates", "curl",
        "openssl", "python3-minimal",
    ];

    /// <summary>The size of the disk, most of it free.</summary>
    public const long DiskBytes = 2L << 30;

    /// <summary>The latest time that a file of the image may carry: 2026-01-01.</summary>
    public const long Epoch = 1_767_225_600;

    /// <summary>The name of the script that makes the fresh system bootable.</summary>
    public const string Script = "customize";

    // The variant "minbase" of mmdebstrap, in apt's patterns.
    private static readonly string[] _smallest = ["?essential", "?priority(required)", "apt"];

    private static readonly string[] _tools = ["mmdebstrap", "mke2fs", "tar"];

    /// <summary>The packages besides what is essential.</summary>
    public static string[] PackagesOf(ImageInit init)
        => init == ImageInit.Systemd ? _systemdPackages : _minimalPackages;

    /// <summary>Writes <c>disk.img</c> and <c>root.tar</c>, on which recipes build, and notes the packages.</summary>
    /// <param name="site">The build; kernel and initial RAM file system are in its folder.</param>
    /// <param name="machine">Where programs run that cannot run here; null where there is none.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task WriteAsync(BuildSite site, IBuildMachine? machine, CancellationToken cancellation)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        // Without root, ownership is only remembered, by fakeroot, from unpacking to making the file system.
        await HostTools.RequireAsync(isRoot ? _tools : [.. _tools, "fakeroot"], site.Progress, cancellation)
            .ConfigureAwait(false);
        string archive = site.PathOf(GuestImage.RootFile);
        if (await site.CanFinishAsync(cancellation).ConfigureAwait(false))
        {
            site.Apt.Release();
            site.Report($"installing {site.Recipe.Name.Release} with mmdebstrap");
            await InstallAsync(site, archive, isRoot, cancellation).ConfigureAwait(false);
        }
        else
        {
            await AssembleAsync(site, machine, archive, cancellation).ConfigureAwait(false);
        }
        site.Report("writing the disk");
        await Ext4Disk.WriteAsync(site, archive, isRoot, cancellation).ConfigureAwait(false);
        string status = await new HostCommand(
            "tar", "--extract", "--to-stdout", "--file", archive, "./var/lib/dpkg/status")
            .RunAsync(cancellation).ConfigureAwait(false);
        foreach (ImagePackage package in InstalledPackages(status))
        {
            site.Note(package);
        }
    }

    /// <summary>The packages in a status file of dpkg.</summary>
    internal static IEnumerable<ImagePackage> InstalledPackages(string status)
        => status.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(paragraph => paragraph.Split('\n'))
            .Select(lines => (
                Name: Field(lines, "Package"),
                Version: Field(lines, "Version"),
                Architecture: Field(lines, "Architecture")))
            .Where(package => package.Name.Length > 0 && package.Version.Length > 0)
            .Select(package => new ImagePackage(package.Name, package.Version, package.Architecture));

    /// <summary>Does what mmdebstrap does where the programs of the image cannot run on this host.</summary>
    private static async Task AssembleAsync(
        BuildSite site, IBuildMachine? machine, string archive, CancellationToken cancellation)
    {
        string nothing = site.ScrapOf("status");
        await File.WriteAllTextAsync(nothing, "", cancellation).ConfigureAwait(false);
        string busybox = await BootFiles.BusyboxAsync(site, cancellation).ConfigureAwait(false);
        // With links from the start there is nothing to be converted, nor a converter wanted.
        string[] merged = site.Recipe.Name.Release.HasMergedUsr ? ["usr-is-merged", "usrmerge-"] : [];
        RootRecipe recipe = await RootRecipe.StageAsync(
            site,
            [.. _smallest, .. PackagesOf(site.Recipe.Name.Init), .. merged],
            nothing,
            isBase: true,
            busybox,
            cancellation).ConfigureAwait(false);
        site.Apt.Release();
        site.Report("unpacking the packages");
        await RootLayer.AssembleAsync(site, baseArchive: null, recipe, machine, archive, cancellation).ConfigureAwait(false);
    }

    private static async Task InstallAsync(
        BuildSite site,
        string archive,
        bool isRoot,
        CancellationToken cancellation)
    {
        // As text: a file in the cache would be out of reach for the user that looks like root.
        string customize = Encoding.UTF8.GetString(EmbeddedFile.Read(Script));
        string temporary = isRoot ? site.ScrapOf("temporary") : Path.GetTempPath();
        Directory.CreateDirectory(temporary);
        List<string> arguments =
        [
            "--quiet",
            $"--mode={(isRoot ? "root" : "unshare")}",
            "--variant=minbase",
            "--format=tar",
            $"--architectures={site.Recipe.Name.Architecture}",
            $"--include={string.Join(',', PackagesOf(site.Recipe.Name.Init))}",
            .. site.Apt.InheritedSettings.Select(setting => $"--aptopt={setting}"),
            $"--customize-hook={customize}",
            site.Recipe.Name.Release.CodeName,
            archive,
            .. site.Apt.Sources,
        ];
        // What mmdebstrap mounts and starts as root is its own: killed, it leaves no mount behind that a clean-up would
        // walk into, and no program.
        HostCommand install = isRoot
            ? new HostCommand("unshare", [.. HostAbility.Apart.Skip(1), "--mount-proc", "--", "mmdebstrap", .. arguments])
            : new HostCommand("mmdebstrap", [.. arguments]);
        await install.Guarded()
            .With("SOURCE_DATE_EPOCH", $"{Epoch}")
            .With("TMPDIR", temporary)
            .RunAsync(cancellation).ConfigureAwait(false);
    }

    private static string Field(string[] lines, string name)
        => lines.FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))?[(name.Length + 2)..]
            ?? "";
}
