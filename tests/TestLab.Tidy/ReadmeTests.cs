using System.CommandLine;
using System.Text.RegularExpressions;
using TestLab.Cli;

namespace TestLab.Tidy;

/// <summary>What the README files tell a newcomer is so.</summary>
public sealed partial class ReadmeTests
{
    private static IEnumerable<string> Readmes => Repository.Named("README.md");

    private static IEnumerable<string> ProductProjects => Repository.Named(".csproj")
        .Where(project => project.StartsWith("src/", StringComparison.Ordinal))
        .Select(project => Path.GetDirectoryName(project) ?? "");

    [TestCaseSource(nameof(ProductProjects))]
    public void AProjectHasItsPage(string folder)
    {
        Assert.That(Repository.Exists($"{folder}/README.md"), Is.True, $"{folder}/README.md is missing.");
        Assert.That(Repository.Read("README.md"), Does.Contain(folder), "The map of the folders names it.");
    }

    [TestCaseSource(nameof(Readmes))]
    public void EachCommandIsAccepted(string readme) => Repository.AssertNone(
        from Match command in Command().Matches(Repository.Read(readme))
        let words = command.Groups["words"].Value
        where !words.StartsWith("test", StringComparison.Ordinal)
        let errors = CommandLine.Create().Parse(words).Errors
        where errors.Count > 0
        select $"{readme}: testlab {words}: {errors[0].Message}",
        "A command in a README is one that the program takes.");

    [TestCaseSource(nameof(Readmes))]
    public void EachPathExists(string readme)
    {
        string folder = Path.GetDirectoryName(readme) ?? "";
        Repository.AssertNone(
            Link().Matches(Repository.Read(readme)).Select(link => link.Groups["path"].Value)
                .Where(path => !Repository.Exists(Path.Combine(folder, path)) && !Repository.Exists(path))
                .Select(path => $"{readme}: {path}"),
            "A path in a README exists.");
    }

    // Commands stand at the start of a line of a block; a comment may follow, placeholders in capitals are arguments.
    [GeneratedRegex(@"^(?:    )?(?:\$ )?\./testlab (?<words>[^#|>\n]*[^#|>\s])", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)\)|`(?<path>(?:src|tests|labs|\.ci)/[\w./-]+)`")]
    private static partial Regex Link();
}
