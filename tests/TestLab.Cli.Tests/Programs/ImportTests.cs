using System.Text.Json;

namespace TestLab.Cli.Tests.Programs;

/// <summary>Images of the user's own, by name.</summary>
public sealed class ImportTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab-import-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void AKernelIsImportedReplacedListedAndRemovedByItsName()
    {
        string kernel = Path.Combine(_folder, "vmlinuz");
        File.WriteAllText(kernel, "one");
        Outcome first = Image("import", "mine", "--kernel", kernel);
        Assert.That((first.ExitCode, first.Errors), Is.EqualTo((0, "")));
        File.WriteAllText(kernel, "two");
        Outcome second = Image("import", "mine", "--kernel", kernel, "--append", "quiet", "--json");
        Assert.That(second.ExitCode, Is.Zero, second.Errors);
        Assert.That(Directory.Exists(first.Output.Trim()), Is.False, "The name has one image.");
        Assert.That(JsonDocument.Parse(second.Output).RootElement.GetProperty("name").GetString(), Is.EqualTo("mine"));
        Assert.That(Image("list").Output, Does.Contain("mine "));
        Assert.That(Image("show", "mine").Output, Does.Contain("append   quiet"));
        Assert.That(Image("rm", "mine").ExitCode, Is.Zero);
        Assert.That(Image("list").Output, Does.Not.Contain("mine "));
    }

    [Test]
    public void ARecipeWithAnErrorIsToldWithItsPlace()
    {
        string recipe = Path.Combine(_folder, "recipe.yaml");
        File.WriteAllText(recipe, "base: tiny:13\npakages: [x]\n");
        Outcome outcome = Image("build", "--recipe", recipe);
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((2, "")));
        Assert.That(outcome.Errors, Does.StartWith($"{recipe}:2:1: unknown key \"pakages\" in an image; did you mean \"packages\"?"));
    }

    /// <summary>In a cache of the test's own.</summary>
    private Outcome Image(params string[] words) => TestLabProgram.Execute(
        "env", [$"TESTLAB_CACHE={_folder}/cache", "dotnet", TestLabProgram.Path, "image", .. words]);
}
