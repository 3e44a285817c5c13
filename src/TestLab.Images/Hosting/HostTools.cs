namespace TestLab.Images.Hosting;

/// <summary>
/// The programs of the host that builders call; missing ones are installed where this process is root.
/// </summary>
internal static class HostTools
{
    private static readonly Dictionary<string, string> _packages = new(StringComparer.Ordinal)
    {
        ["apt-get"] = "apt",
        ["apt-cache"] = "apt",
        ["apt-config"] = "apt",
        ["dpkg-deb"] = "dpkg",
        ["mke2fs"] = "e2fsprogs",
        ["debugfs"] = "e2fsprogs",
    };

    // Tools of administrators stand in folders that an ordinary user's PATH leaves out.
    private static readonly string[] _administratorFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The Debian package that has a program; most are named alike.</summary>
    public static string PackageOf(string program) => _packages.GetValueOrDefault(program, program);

    /// <summary>Makes sure that all programs are there.</summary>
    /// <exception cref="MissingToolException">One is missing and cannot be installed by this process.</exception>
    public static async Task RequireAsync(
        IEnumerable<string> programs,
        IProgress<ImageProgress>? progress,
        CancellationToken cancellation)
    {
        foreach (string program in programs.Where(program => Find(program) is null))
        {
            string package = PackageOf(program);
            if (!Environment.IsPrivilegedProcess || Find("apt-get") is null)
            {
                throw new MissingToolException(
                    program, package, $"install it: sudo apt-get install --no-install-recommends {package}");
            }
            progress?.Report(new ImageProgress($"installing {package} on this host"));
            await new HostCommand("apt-get", "install", "--yes", "--no-install-recommends", package)
                .With("DEBIAN_FRONTEND", "noninteractive").RunAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The path of a program, or null where the host has none.</summary>
    public static string? Find(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(_administratorFolders)
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
