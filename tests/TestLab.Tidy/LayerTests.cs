using System.Xml.Linq;

namespace TestLab.Tidy;

/// <summary>References go down the picture only; this table is the picture.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["TestLab.Processor"] = [],
        ["TestLab.Simulation"] = [],
        ["TestLab.Protocol"] = [],
        ["TestLab.Machines"] = ["TestLab.Processor", "TestLab.Simulation"],
        ["TestLab.Networks"] = ["TestLab.Simulation"],
        ["TestLab.Networks.Host"] = ["TestLab.Networks", "TestLab.Simulation"],
        ["TestLab.Images"] = [],
        ["TestLab.Labs"] = ["TestLab.Machines", "TestLab.Networks", "TestLab.Images", "TestLab.Simulation"],
        ["TestLab.Storage"] = ["TestLab.Labs"],
        ["TestLab.Cluster"] =
        [
            "TestLab.Labs", "TestLab.Machines", "TestLab.Networks", "TestLab.Networks.Host", "TestLab.Images",
            "TestLab.Simulation", "TestLab.Protocol",
        ],
        ["TestLab.Web"] = Lower,
        ["TestLab.Cli"] = [.. Lower, "TestLab.Web"],
        ["TestLab.NUnit"] = Lower,
    };

    private static string[] Lower =>
    [
        "TestLab.Processor", "TestLab.Simulation", "TestLab.Protocol", "TestLab.Machines", "TestLab.Networks",
        "TestLab.Networks.Host", "TestLab.Images", "TestLab.Labs", "TestLab.Storage", "TestLab.Cluster",
    ];

    private static IEnumerable<string> Projects => Repository.Named(".csproj");

    private static IEnumerable<string> ProductProjects =>
        Projects.Where(project => project.StartsWith("src/", StringComparison.Ordinal));

    [TestCaseSource(nameof(ProductProjects))]
    public void AProjectReferencesOnlyLowerLayers(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Assert.That(Allowed.Keys, Does.Contain(name), "A new project takes its place in the table of layers first.");
        Assert.That(References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension),
            Is.SubsetOf(Allowed[name]));
    }

    [TestCaseSource(nameof(Projects))]
    public void AProjectIsInTheSolutionAndInAFolderOfItsName(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Assert.That(project, Is.EqualTo($"src/{name}/{name}.csproj").Or.EqualTo($"tests/{name}/{name}.csproj"));
        Assert.That(Repository.Read("TestLab.sln"), Does.Contain(project.Replace('/', '\\')));
    }

    [TestCaseSource(nameof(Projects))]
    public void VersionsStandInOnePlace(string project) =>
        Assert.That(XDocument.Parse(Repository.Read(project)).Descendants("PackageReference")
            .Where(reference => reference.Attribute("Version") is not null
                || reference.Attribute("VersionOverride") is not null),
            Is.Empty, "Versions stand in Directory.Packages.props only.");

    [Test]
    public void EachPackageSaysWhatItIsFor()
    {
        string[] lines = Repository.Read("Directory.Packages.props").Split('\n');
        int tests = Array.FindIndex(lines, line => line.Contains("<!-- The tests."));
        Repository.AssertNone(
            lines.Take(tests).Where(line => line.Contains("<PackageVersion") && !line.Contains("<!--")),
            "A package needs a word on what it is for.");
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(Repository.Read(project)).Descendants(kind)
            .Select(reference => ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/'));
}
