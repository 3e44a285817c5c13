using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TestLab.Images.Hosting;

namespace TestLab.Images.Packages;

/// <summary>
/// An apt of our own for one release and architecture: own sources, lists and archives in one folder, so that nothing
/// of the host's apt is changed and no root is needed. Signatures are verified by apt as always. It is one build's alone
/// until that releases it.
/// </summary>
internal sealed partial class AptWorkspace : IDisposable
{
    // What the host's administrator decided about fetching holds for us too: proxies, retries, certificates.
    private static readonly string[] _inheritedNames =
    [
        "Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Retries", "Acquire::Check-Valid-Until",
        "Acquire::Check-Date", "Acquire::ForceIPv4", "Acquire::ForceIPv6", "Acquire::Queue-Mode",
    ];

    private const string NotFound = "404  Not Found";

    /// <summary>What fetched packages may take, before the oldest go; a large recipe has some 300 MiB.</summary>
    public const long ArchivesBytesMax = 1L << 30;

    private readonly string _folder;
    private readonly DebianRelease _release;
    private readonly string _architecture;
    private string? _security;
    private string _updateErrors = "";
    private FileLock? _held;

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

    /// <summary>Waits for the workspace, makes or reopens it, and refreshes its lists.</summary>
    public static async Task<AptWorkspace> OpenAsync(
        string folder,
        DebianRelease release,
        string architecture,
        string keyring,
        bool hasSecurity,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        DebianMirror mirror = await DebianMirror.FindAsync(cancellation).ConfigureAwait(false);
        AptWorkspace workspace = new(folder, release, architecture, mirror.SourcesOf(release, architecture, keyring, hasSecurity))
        {
            _security = hasSecurity ? mirror.Security : null,
            _held = await FileLock.AcquireAsync(
                $"{folder}.lock",
                () => progress?.Report(new ImageProgress($"waiting for another build of {release} to fetch its packages")),
                cancellation).ConfigureAwait(false),
        };
        bool isFresh = false;
        try
        {
            await workspace.RefreshAsync(progress, cancellation).ConfigureAwait(false);
            isFresh = true;
            return workspace;
        }
        finally
        {
            if (!isFresh)
            {
                workspace.Release();
            }
        }
    }

    /// <summary>Lets others have it: what was fetched is where it was wanted.</summary>
    public void Release()
    {
        _held?.Dispose();
        _held = null;
    }

    public void Dispose() => Release();

    private async Task RefreshAsync(IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        string settings = await new HostCommand("apt-config", "dump").RunAsync(cancellation).ConfigureAwait(false);
        WriteConfiguration(settings);
        Trim(Archives, ArchivesBytesMax);
        progress?.Report(new ImageProgress($"reading the package lists of {this}"));
        await UpdateAsync(progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes the packages that were fetched longest ago, until the rest takes no more than it may.</summary>
    internal static void Trim(string archives, long bytesMax)
    {
        FileInfo[] files = [.. new DirectoryInfo(archives).EnumerateFiles("*.deb")];
        long bytes = files.Sum(file => file.Length);
        // A package carries the time of its making; when it was fetched, the file's own birth tells.
        foreach (FileInfo file in files.OrderBy(file => file.CreationTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            if (bytes <= bytesMax)
            {
                return;
            }
            bytes -= file.Length;
            file.Delete();
        }
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
        throw ListTrouble is { } trouble
            ? new PackageException(name, trouble.Problem, trouble.Remedy)
            : new PackageException(name, $"{_release} has none for {_architecture}");
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
            CheckSecurity(errors);
            throw new PackageException(
                package.Name, $"apt cannot fetch version {package.Version}: {errors.Trim()}", RemedyFor(errors));
        }
        return await IsIntactAsync(path, package.Sha256, cancellation).ConfigureAwait(false)
            ? path
            : throw new PackageException(package.Name, $"what apt fetched is not {package.FileName}");
    }

    /// <summary>Plans how packages, and all that they need, come to what a system has; fetches nothing.</summary>
    /// <param name="names">The packages, as apt knows them.</param>
    /// <param name="statusFile">The system's own list of what is installed, as dpkg keeps it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PackageException">The release does not have all of them, or they exclude each other.</exception>
    public async Task<IReadOnlyList<PlannedStep>> PlanAsync(
        IReadOnlyList<string> names,
        string statusFile,
        CancellationToken cancellation)
    {
        (int exitCode, string output, string errors) = await Install(statusFile, "--simulate", names)
            .TryRunAsync(cancellation).ConfigureAwait(false);
        return exitCode == 0
            ? PlannedStep.Parse(output)
            : throw await PackageTrouble.ExplainAsync(this, names, output, errors, cancellation).ConfigureAwait(false);
    }

    /// <summary>Looks whether the release has packages, before anything is built for them.</summary>
    /// <exception cref="PackageException">It lacks one; the message names all that it lacks.</exception>
    public async Task CheckAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        (int exitCode, string output, string errors) =
            await Install(Path.Combine(_folder, "status"), "--simulate", names).TryRunAsync(cancellation).ConfigureAwait(false);
        if (exitCode != 0 && await PackageTrouble.FindUnknownAsync(this, output, errors, cancellation).ConfigureAwait(false)
            is { } unknown)
        {
            throw unknown;
        }
    }

    /// <summary>Fetches what a plan unpacks and copies it into a folder.</summary>
    /// <exception cref="PackageException">A package cannot be fetched.</exception>
    public async Task FetchAsync(
        IReadOnlyList<string> names,
        IReadOnlyList<PlannedStep> plan,
        string statusFile,
        string folder,
        CancellationToken cancellation)
    {
        (int exitCode, _, string errors) = await Install(statusFile, "--download-only", names)
            .TryRunAsync(cancellation).ConfigureAwait(false);
        if (exitCode != 0)
        {
            CheckSecurity(errors);
            string package = CulpritIn(errors) ?? string.Join(' ', names);
            throw new PackageException(package, $"apt cannot fetch it: {HostCommand.LastLines(errors)}", RemedyFor(errors));
        }
        Directory.CreateDirectory(folder);
        foreach (PlannedStep step in plan.Where(step => step.Step == PackageStep.Unpack))
        {
            File.Copy(Path.Combine(Archives, step.FileName), Path.Combine(folder, step.FileName));
        }
    }

    /// <summary>The names of all packages of the release.</summary>
    public async Task<string[]> NamesAsync(CancellationToken cancellation)
        => (await Apt("apt-cache", "pkgnames").RunAsync(cancellation).ConfigureAwait(false))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is wrong with the lists themselves, in apt's words, and what helps; null where all is well.</summary>
    public (string Problem, string? Remedy)? ListTrouble
        => _updateErrors.Length == 0
            ? null
            : ($"the lists of {this} could not be read: {_updateErrors}", RemedyFor(_updateErrors));

    public override string ToString() => $"{_release} {_architecture}";

    /// <summary>The package that apt or dpkg complains of; null where none is named.</summary>
    internal static string? CulpritIn(string errors)
    {
        Match match = Culprit().Match(errors);
        return match.Success ? match.Groups.Values.Skip(1).First(group => group.Success).Value : null;
    }

    [GeneratedRegex(@"error processing (?:package|archive) (\S+)|Failed to fetch \S*/([^_/\s]+)_\S+")]
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

    /// <exception cref="IncompleteArchiveException">What could not be fetched is missing where it is listed.</exception>
    private void CheckSecurity(string errors)
    {
        if (_security is { } address && errors.Split('\n').Any(line =>
            line.Contains(NotFound, StringComparison.Ordinal) && line.Contains(address, StringComparison.Ordinal)))
        {
            throw new IncompleteArchiveException($"{address} lacks packages of {this} that it lists");
        }
    }

    private HostCommand Install(string statusFile, string how, IReadOnlyList<string> names)
        => Apt(
            "apt-get",
            ["--quiet", "--yes", "--no-install-recommends", how, "-o", $"Dir::State::status={statusFile}", "install", .. names]);

    private static string? RemedyFor(string errors)
        => errors.Contains("NO_PUBKEY", StringComparison.Ordinal)
            ? "the host's debian-archive-keyring is older than the release: apt-get install debian-archive-keyring"
            : null;
}
