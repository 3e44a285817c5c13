using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TestLab.Images.Hosting;

namespace TestLab.Images.Packages;

/// <summary>
/// An apt of our own for one release and architecture: own sources, lists and archives in one folder, so that nothing
/// of the host's apt is changed and no root is needed. Signatures are verified by apt as always.
/// </summary>
internal sealed partial class AptWorkspace
{
    // What the host's administrator decided about fetching holds for us too: proxies, retries, certificates.
    private static readonly string[] _inheritedNames =
    [
        "Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Retries", "Acquire::Check-Valid-Until",
        "Acquire::Check-Date", "Acquire::ForceIPv4", "Acquire::ForceIPv6", "Acquire::Queue-Mode",
    ];

    private readonly string _folder;
    private readonly DebianRelease _release;
    private readonly string _architecture;
    private string _updateErrors = "";

    /// <summary>Where its <c>lists</c> and <c>archives</c> stand.</summary>
    public string Folder => _folder;

    private AptWorkspace(string folder, DebianRelease release, string architecture, IReadOnlyList<string> sources)
    {
        _folder = folder;
        _release = release;
        _architecture = architecture;
        Sources = sources;
    }

    /// <summary>For builds that fetch nothing.</summary>
    public static AptWorkspace None { get; } = new("", DebianRelease.Newest, ImageName.Amd64, []);

    /// <summary>The lines of its sources list.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>What it took over of the settings of the host's apt, one a line.</summary>
    public IReadOnlyList<string> InheritedSettings { get; private set; } = [];

    private string ConfigurationFile => Path.Combine(_folder, "apt.conf");

    private string Archives => Path.Combine(_folder, "archives");

    /// <summary>Makes or reopens the workspace and refreshes its lists; the caller holds the folder's lock.</summary>
    public static async Task<AptWorkspace> OpenAsync(
        string folder,
        DebianRelease release,
        string architecture,
        string keyring,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        DebianMirror mirror = await DebianMirror.FindAsync(cancellation).ConfigureAwait(false);
        AptWorkspace workspace = new(folder, release, architecture, mirror.SourcesOf(release, architecture, keyring));
        string settings = await new HostCommand("apt-config", "dump").RunAsync(cancellation).ConfigureAwait(false);
        workspace.WriteConfiguration(settings);
        progress?.Report(new ImageProgress($"reading the package lists of {release} {architecture}"));
        await workspace.UpdateAsync(progress, cancellation).ConfigureAwait(false);
        return workspace;
    }

    /// <summary>The newest version of a package in the release.</summary>
    /// <exception cref="PackageException">The lists do not have it.</exception>
    public async Task<DebianPackage> FindAsync(string name, CancellationToken cancellation)
    {
        (int exitCode, string output, _) = await Apt("apt-cache", "show", "--no-all-versions", name)
            .TryRunAsync(cancellation).ConfigureAwait(false);
        DebianPackage? package = exitCode == 0 ? DebianPackage.Parse(output) : null;
        if (package is not null)
        {
            return package;
        }
        throw _updateErrors.Length == 0
            ? new PackageException(name, $"{_release} has none for {_architecture}")
            : new PackageException(
                name,
                $"the lists of {_release} {_architecture} could not be read: {_updateErrors}",
                RemedyFor(_updateErrors));
    }

    /// <summary>Fetches a package, unless it is here already, and gives the path of its file.</summary>
    /// <exception cref="PackageException">It cannot be fetched.</exception>
    public async Task<string> DownloadAsync(
        DebianPackage package,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        string path = Path.Combine(Archives, package.FileName);
        if (await IsIntactAsync(path, package.Sha256, cancellation).ConfigureAwait(false))
        {
            return path;
        }
        progress?.Report(new ImageProgress($"fetching {package.Name} {package.Version}"));
        (int exitCode, _, string errors) =
            await Apt("apt-get", "download", $"{package.Name}:{package.Architecture}={package.Version}")
                .In(Archives).TryRunAsync(cancellation).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new PackageException(
                package.Name, $"apt cannot fetch version {package.Version}: {errors.Trim()}", RemedyFor(errors));
        }
        return await IsIntactAsync(path, package.Sha256, cancellation).ConfigureAwait(false)
            ? path
            : throw new PackageException(package.Name, $"what apt fetched is not {package.FileName}");
    }

    /// <summary>Fetches packages and all that they need besides what a system has.</summary>
    /// <param name="names">The packages, as apt knows them.</param>
    /// <param name="statusFile">The system's own list of what is installed, as dpkg keeps it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PackageException">One is not in the release, or cannot be fetched.</exception>
    public async Task DownloadClosureAsync(
        IReadOnlyList<string> names,
        string statusFile,
        CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--quiet", "--yes", "--no-install-recommends", "--download-only", "-o", $"Dir::State::status={statusFile}",
            "install", .. names,
        ];
        (int exitCode, _, string errors) =
            await Apt("apt-get", arguments).TryRunAsync(cancellation).ConfigureAwait(false);
        if (exitCode == 0)
        {
            return;
        }
        string package = CulpritIn(errors) ?? string.Join(' ', names);
        throw IsUnknown(errors)
            ? new PackageException(package, $"{_release} has none for {_architecture}", "look for the name with apt-cache search")
            : new PackageException(package, $"apt cannot fetch it: {HostCommand.LastLines(errors)}", RemedyFor(errors));
    }

    /// <summary>The package that apt or dpkg complains of; null where none is named.</summary>
    internal static string? CulpritIn(string errors)
    {
        Match match = Culprit().Match(errors);
        return match.Success ? match.Groups.Values.Skip(1).First(group => group.Success).Value : null;
    }

    private static bool IsUnknown(string errors)
        => errors.Contains("Unable to locate package", StringComparison.Ordinal)
            || errors.Contains("has no installation candidate", StringComparison.Ordinal)
            || errors.Contains("was not found", StringComparison.Ordinal);

    [GeneratedRegex(
        @"Unable to locate package (\S+)|Package '?([^\s']+)'? has no installation candidate|for '([^\s']+)' was not found"
        + @"|error processing (?:package|archive) (\S+)|by (?:glob|regex) '([^\s']+)'")]
    private static partial Regex Culprit();

    private static async Task<bool> IsIntactAsync(string path, string sha256, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        await using FileStream file = File.OpenRead(path);
        byte[] hash = await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == sha256;
    }

    private void WriteConfiguration(string hostSettings)
    {
        foreach (string name in (string[])["etc", "lists/partial", "archives/partial", "log", "empty"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
        }
        File.WriteAllText(Path.Combine(_folder, "status"), "");
        File.WriteAllLines(Path.Combine(_folder, "etc/sources.list"), Sources);
        string[] own =
        [
            $"Dir \"{_folder}/\";",
            "Dir::Etc \"etc\";",
            "Dir::Etc::main \"none\";",
            "Dir::Etc::sourcelist \"sources.list\";",
            $"Dir::Etc::parts \"{_folder}/empty\";",
            $"Dir::Etc::sourceparts \"{_folder}/empty\";",
            $"Dir::Etc::preferencesparts \"{_folder}/empty\";",
            $"Dir::Etc::trustedparts \"{_folder}/empty\";",
            $"Dir::State \"{_folder}\";",
            "Dir::State::lists \"lists\";",
            "Dir::State::status \"status\";",
            $"Dir::Cache \"{_folder}\";",
            "Dir::Cache::archives \"archives\";",
            $"Dir::Log \"{_folder}/log\";",
            $"APT::Architecture \"{_architecture}\";",
            $"APT::Architectures {{ \"{_architecture}\"; }};",
            // The user that apt would drop to cannot write below a home folder.
            "APT::Sandbox::User \"root\";",
            "Acquire::Languages \"none\";",
        ];
        InheritedSettings = [.. hostSettings.Split('\n').Where(IsInherited)];
        File.WriteAllLines(ConfigurationFile, InheritedSettings.Concat(own));
    }

    private static bool IsInherited(string line)
        => _inheritedNames.Any(setting =>
            line.StartsWith($"{setting} ", StringComparison.Ordinal)
            || line.StartsWith($"{setting}::", StringComparison.Ordinal));

    private async Task UpdateAsync(IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        (int exitCode, _, string errors) =
            await Apt("apt-get", "--quiet", "update").TryRunAsync(cancellation).ConfigureAwait(false);
        if (exitCode == 0)
        {
            return;
        }
        // One list out of step must not stop a build that the others suffice for; a package not found says the rest.
        _updateErrors = errors.Trim();
        string first = _updateErrors.Split('\n')[0];
        progress?.Report(new ImageProgress($"not all package lists of {_release} were read: {first}", IsWarning: true));
    }

    private HostCommand Apt(string program, params string[] arguments)
        => new HostCommand(program, arguments).With("APT_CONFIG", ConfigurationFile);

    private static string? RemedyFor(string errors)
        => errors.Contains("NO_PUBKEY", StringComparison.Ordinal)
            ? "the host's debian-archive-keyring is older than the release: apt-get install debian-archive-keyring"
            : null;
}
