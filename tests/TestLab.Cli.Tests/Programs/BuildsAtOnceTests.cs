using TestLab.Images;

namespace TestLab.Cli.Tests.Programs;

/// <summary>Several processes build images in one cache; the test holds their commands until it has seen enough.</summary>
[Category("Slow")]
public sealed class BuildsAtOnceTests
{
    private const string Build = "adding files and running commands";

    private string _folder = "";

    private string Cache => Path.Combine(_folder, "cache");

    private string[] Unfinished => Directory.GetDirectories(Path.Combine(Cache, "images"), "*.partial");

    [SetUp]
    public async Task MakeCache()
    {
        _folder = Directory.CreateTempSubdirectory("testlab-builds-").FullName;
        // What the images are based on, from the cache that all tests share: it takes a while to build.
        GuestImage ground = await new ImageBuilder(new ImageCatalog()).BuildAsync(ImageName.Parse("debian:13-minimal"));
        Directory.CreateDirectory(Path.Combine(Cache, "images"));
        Outcome copied = TestLabProgram.Execute("cp", ["--archive", "--sparse=always", ground.Folder, Path.Combine(Cache, "images")]);
        Assert.That(copied.ExitCode, Is.Zero, copied.Errors);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void WhoWantsTheSameImageWaitsAndTakesIt()
    {
        string recipe = Recipe("one", "until test -e /go; do sleep 0.1; done");
        using ProgramSession first = Start("a", recipe);
        Await(first, Build);
        using ProgramSession second = Start("b", recipe);
        Await(second, "waiting for another build of recipe:");
        LetGo(first);
        (int code, string output, string errors) = first.End();
        Assert.That(code, Is.Zero, errors);
        (int secondCode, string secondOutput, string rest) = second.End();
        Assert.That((secondCode, secondOutput), Is.EqualTo((0, output)), rest);
        Assert.That(rest, Does.Not.Contain(Build));
        Assert.That(Unfinished, Is.Empty);
    }

    [Test]
    public void WhoWaitsGoesOnWhenTheBuilderIsKilled()
    {
        string recipe = Recipe("one", "until test -e /go; do sleep 0.1; done");
        using ProgramSession first = Start("a", recipe);
        Await(first, Build);
        string folder = Unfinished.Single();
        using ProgramSession second = Start("b", recipe);
        Await(second, "waiting for another build of recipe:");
        first.Signal("KILL");
        first.End();
        Await(second, Build);
        Assert.That(Unfinished, Is.EqualTo(new[] { folder }));
        LetGo(second);
        (int code, string output, string errors) = second.End();
        Assert.That((code, output.Trim()), Is.EqualTo((0, Path.ChangeExtension(folder, null))), errors);
        Assert.That(File.Exists(Path.Combine(output.Trim(), "disk.img")), Is.True);
        Assert.That((Unfinished.Length, first.Processes.Count()), Is.EqualTo((0, 0)));
    }

    [Test]
    public void AnotherImageIsBuiltMeanwhile()
    {
        using ProgramSession slow = Start("a", Recipe("slow", "until test -e /go; do sleep 0.1; done"));
        Await(slow, Build);
        using ProgramSession quick = Start("b", Recipe("quick", "echo built > /srv/quick"));
        (int code, string output, string errors) = quick.End();
        Assert.That((code, slow.HasExited), Is.EqualTo((0, false)), errors);
        LetGo(slow);
        (int slowCode, string slowOutput, string slowErrors) = slow.End();
        Assert.That(slowCode, Is.Zero, slowErrors);
        Assert.That(slowOutput, Is.Not.EqualTo(output));
        Assert.That(Unfinished, Is.Empty);
    }

    private string Recipe(string name, string command)
    {
        string path = Path.Combine(_folder, $"{name}.yaml");
        File.WriteAllText(path, $"base: debian:13\nrun: [\"{command}\"]\n");
        return path;
    }

    private ProgramSession Start(string name, string recipe) =>
        new(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName, [$"TESTLAB_CACHE={Cache}"], "image", "build", "--recipe", recipe);

    /// <summary>Puts the file that the command waits for into the root file system in which it runs.</summary>
    private void LetGo(ProgramSession session)
    {
        string scraps = Path.Combine(Unfinished.Single(), "scraps");
        string step = Path.Combine(scraps, "recipe", "step");
        SpinWait.SpinUntil(() => session.HasExited || (File.Exists(step) && File.ReadAllText(step).Trim() == "run 1"));
        Assert.That(session.HasExited, Is.False, "It ended before its command did.");
        File.WriteAllText(Path.Combine(scraps, "here", "go"), "");
    }

    private static void Await(ProgramSession session, string text)
    {
        var seen = new List<string>();
        while (session.Errors.ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
            seen.Add(line);
        }
        Assert.Fail($"\"{text}\" was never said, but: {string.Join('\n', seen)}");
    }
}
