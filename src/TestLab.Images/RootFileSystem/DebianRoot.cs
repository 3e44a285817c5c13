using System.Text;
using TestLab.Images.Hosting;

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

    private static readonly string[] _tools = ["mmdebstrap", "mke2fs", "tar"];

    /// <summary>The packages besides what is essential.</summary>
    public static string[] PackagesOf(ImageInit init)
        => init == ImageInit.Systemd ? _systemdPackages : _minimalPackages;

    /// <summary>Writes <c>disk.img</c> and <c>root.tar</c>, on which recipes build, and notes the packages.</summary>
    public static async Task WriteAsync(
        BuildSite site,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        // Without root, ownership is only remembered, by fakeroot, from unpacking to making the file system.
        await HostTools.RequireAsync(isRoot ? _tools : [.. _tools, "fakeroot"], progress, cancellation)
            .ConfigureAwait(false);
        site.Report($"installing {site.Recipe.Name.Release} with mmdebstrap");
        string archive = site.PathOf(GuestImage.RootFile);
        await InstallAsync(site, archive, isRoot, cancellation).ConfigureAwait(false);
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
        // What mmdebstrap mounts as root is its own: killed, it leaves no mount behind that a clean-up would walk into.
        HostCommand install = isRoot
            ? new HostCommand("unshare", ["--mount", "--", "mmdebstrap", .. arguments])
            : new HostCommand("mmdebstrap", [.. arguments]);
        await install
            .With("SOURCE_DATE_EPOCH", $"{Epoch}")
            .With("TMPDIR", temporary)
            .RunAsync(cancellation).ConfigureAwait(false);
    }

    private static string Field(string[] lines, string name)
        => lines.FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))?[(name.Length + 2)..]
            ?? "";
}
