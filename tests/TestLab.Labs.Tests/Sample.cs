using System.Text;
using System.Text.RegularExpressions;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Tests;

/// <summary>Lab files for tests: the repository's own, those of the reference, and written ones.</summary>
internal static partial class Sample
{
    public static string Root { get; } = FindRoot();

    /// <summary>The labs that come with the project.</summary>
    public static IEnumerable<string> Labs => ["labs/hello/lab.yaml", "labs/web/lab.yaml", "labs/matrix/lab.yaml"];

    public static LabReading Read(string yaml) => LabFile.Parse(Encoding.UTF8.GetBytes(yaml), "lab.yaml", Root, new TestProfiles());

    public static LabReading ReadFile(string path) => LabFile.Read(Path.Combine(Root, path), new TestProfiles());

    public static LabPlan Plan(string yaml) => Require(Read(yaml));

    public static LabPlan Require(LabReading reading)
    {
        if (reading.Plan is { } plan) return plan;
        throw new AssertionException(string.Join(Environment.NewLine, reading.Problems));
    }

    /// <summary>The snippets of the reference: whole labs as they are, parts within the smallest lab that they fit into.</summary>
    public static IEnumerable<(int Number, string Yaml)> Snippets()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs/lab-file.md"));
        return Fence().Matches(page).Select((match, index) => (index + 1, Complete(match.Groups["yaml"].Value)));
    }

    private static string Complete(string snippet)
    {
        var lab = new StringBuilder(snippet);
        if (!Has("lab")) lab.Append("lab: snippet\n");
        if (!Has("machines"))
        {
            lab.Append("machines:\n  client: { image: tiny, networks: { wan: {} } }\n  server: { image: tiny, networks: { wan: {} } }\n");
            if (!Has("networks")) lab.Append("networks: { wan: {} }\n");
        }
        return lab.ToString();

        bool Has(string key) => Regex.IsMatch(snippet, $"^{key}:", RegexOptions.Multiline);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TestLab.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests must run from inside the repository.");
    }

    [GeneratedRegex(@"^```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
