using System.Text.RegularExpressions;
using TestLab.Images.Hosting;
using TestLab.Images.Words;

namespace TestLab.Images.Packages;

/// <summary>Says what apt did not like about names of packages: all of them at once, and what was probably meant.</summary>
internal static partial class PackageTrouble
{
    private const int ProvidersMax = 5;

    /// <summary>What was wrong with names that apt refused.</summary>
    public static async Task<PackageException> ExplainAsync(
        AptWorkspace apt, IReadOnlyList<string> names, string output, string errors, CancellationToken cancellation)
        => await FindUnknownAsync(apt, output, errors, cancellation).ConfigureAwait(false)
            ?? new PackageException(
                names, $"they cannot be installed: {HostCommand.LastLines(output)}\n{HostCommand.LastLines(errors)}");

    /// <summary>Null where apt knows all names, and something else is wrong.</summary>
    public static async Task<PackageException?> FindUnknownAsync(
        AptWorkspace apt, string output, string errors, CancellationToken cancellation)
    {
        string[] unknown = [.. Named(Unknown(), errors)];
        if (unknown.Length == 0)
        {
            return Named(Unfit(), errors).FirstOrDefault() is { } unfit ? Unfitting(apt, unfit, output) : null;
        }
        if (apt.ListTrouble is { } trouble)
        {
            return new PackageException(unknown, trouble.Problem, trouble.Remedy);
        }
        string[] known = await apt.NamesAsync(cancellation).ConfigureAwait(false);
        string[] near = [.. unknown.Select(name => Spelling.NearestOfMany(name, known)).OfType<string>().Distinct()];
        string remedy = near.Length > 0 ? $"did you mean {string.Join(", ", near)}?" : "look for it with apt-cache search";
        return new PackageException(unknown, $"{apt} has none", remedy);
    }

    private static PackageException Unfitting(AptWorkspace apt, string name, string output)
    {
        string[] providers = [.. Provider().Matches(output).Select(match => match.Groups[1].Value).Take(ProvidersMax)];
        return providers.Length == 0
            ? new PackageException([name], $"{apt} has no such version of it", "leave the version out")
            : new PackageException(
                [name], $"{apt} has only others that provide it", $"name one of them: {string.Join(", ", providers)}");
    }

    private static IEnumerable<string> Named(Regex complaint, string errors)
        => complaint.Matches(errors)
            .Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value).Distinct();

    [GeneratedRegex(@"Unable to locate package (\S+)|by (?:glob|regex) '([^\s']+)'")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"Package '?([^\s']+)'? has no installation candidate|for '([^\s']+)' was not found")]
    private static partial Regex Unfit();

    [GeneratedRegex(@"^  (\S+) \S+$", RegexOptions.Multiline)]
    private static partial Regex Provider();
}
