using TestLab.Images.Hosting;

namespace TestLab.Images.Packages;

/// <summary>Where Debian's packages come from: the mirror of the host's apt, or the one that the user names.</summary>
internal sealed record DebianMirror(string Main, string Security)
{
    /// <summary>
    /// Names the address of a mirror; the security archive stands beside it, with "-security" added.
    /// </summary>
    public const string Variable = "TESTLAB_DEBIAN_MIRROR";

    private const string Format = "$(REPO_URI)|$(RELEASE)|$(LABEL)";

    /// <summary>Asks the environment, then the host's apt.</summary>
    /// <exception cref="ImageException">Neither knows a mirror.</exception>
    public static async Task<DebianMirror> FindAsync(CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address)
        {
            return Beside(address.TrimEnd('/'));
        }
        string targets = await new HostCommand("apt-get", "indextargets", "--format", Format, "Created-By: Packages")
            .RunAsync(cancellation).ConfigureAwait(false);
        return FromIndexTargets(targets) ?? throw new ImageException(
            "the apt of this host knows no Debian mirror",
            $"set {Variable} to the address of one (the folder that holds \"dists\" and \"pool\")");
    }

    /// <summary>Reads a list of apt's index targets; null where none is of Debian's archive.</summary>
    internal static DebianMirror? FromIndexTargets(string targets)
    {
        string? main = null;
        string? security = null;
        foreach (string[] fields in targets.Split('\n').Select(line => line.Split('|')).Where(line => line.Length == 3))
        {
            string address = fields[0].TrimEnd('/');
            // The label is known once the host's apt has fetched the index; before, the address has to tell.
            if (fields[2] == "Debian-Security" || address.EndsWith("/debian-security", StringComparison.Ordinal))
            {
                security ??= address;
            }
            else if (fields[2] == "Debian" || address.EndsWith("/debian", StringComparison.Ordinal))
            {
                main ??= address;
            }
        }
        return main is null ? null : Beside(main) with { Security = security ?? Beside(main).Security };
    }

    /// <summary>The lines of a sources list for a release, its updates and, where wanted, its security updates.</summary>
    public IReadOnlyList<string> SourcesOf(DebianRelease release, string architecture, string keyring, bool hasSecurity = true)
    {
        string options = $"[arch={architecture} signed-by={keyring}]";
        string main = $"deb {options} {Main} {release.CodeName} main";
        return release.IsUnstable
            ? [main]
            :
            [
                main,
                $"deb {options} {Main} {release.CodeName}-updates main",
                .. hasSecurity ? (string[])[$"deb {options} {Security} {release.CodeName}-security main"] : [],
            ];
    }

    private static DebianMirror Beside(string main) => new(main, $"{main}-security");
}
