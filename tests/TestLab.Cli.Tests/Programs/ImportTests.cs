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
    public void ALabNamesWhatWasImported()
    {
        string lab = Path.Combine(_folder, "lab.yaml");
        File.WriteAllText(lab, "lab: own\nmachines: { box: { image: mine, ready: { text: hello } } }\n");
        Outcome before = TestLab("validate", lab);
        Assert.That(before.ExitCode, Is.EqualTo(2));
        Assert.That(before.Errors, Does.StartWith($"{lab}:2:27: there is no image \"mine\"").And.Contain("testlab image import"));
        string kernel = Path.Combine(_folder, "vmlinuz");
        File.WriteAllText(kernel, "one");
        Assert.That(Image("import", "mine", "--kernel", kernel).ExitCode, Is.Zero);
        Assert.That(TestLab("validate", lab).ExitCode, Is.Zero);
        Assert.That(TestLab("plan", lab).Output, Does.Match("box +mine +256MiB"));
    }

    [TestCase("--init sistemd --disk D", "--init: there is no init \"sistemd\"; did you mean systemd?")]
    [TestCase("--init systemd --disk D --base tiny:12", "tiny:12 starts no systemd; its kernel is that of --base debian:12")]
    [TestCase("--init minimal --kernel D", "--kernel and --init exclude each other")]
    [TestCase("--init systemd", "nothing to import")]
    public void AnInitThatMakesNoSenseIsRefused(string words, string message)
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "x");
        Outcome outcome = Image(["import", "mine", .. words.Split(' ').Select(word => word == "D" ? file : word)]);
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((2, "")));
        Assert.That(outcome.Errors, Does.Contain(message));
    }

    [Test]
    public void WhatWasFetchedIsRemovedOnDemand()
    {
        string archives = Path.Combine(_folder, "cache", "apt", "trixie-amd64", "archives");
        Directory.CreateDirectory(archives);
        File.WriteAllBytes(Path.Combine(archives, "a.deb"), new byte[2048]);
        Assert.That(Image("rm", "--downloads"), Is.EqualTo(new Outcome(0, "2.0KiB freed\n", "")));
        Assert.That(Directory.Exists(archives), Is.False);
        Assert.That(Image("rm").Errors, Does.Contain("what is to be removed?"));
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
    private Outcome TestLab(params string[] words) => TestLabProgram.Execute(
        "env", [$"TESTLAB_CACHE={_folder}/cache", "dotnet", TestLabProgram.Path, .. words]);

    private Outcome Image(params string[] words) => TestLab(["image", .. words]);
}
