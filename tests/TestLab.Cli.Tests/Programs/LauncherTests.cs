using System.Diagnostics;

namespace TestLab.Cli.Tests.Programs;

/// <summary>The launcher of this tree; the first start may have to build.</summary>
[Category("Slow")]
public sealed class LauncherTests
{
    private static string Launcher => Path.Combine(Root(), "testlab");

    [OneTimeSetUp]
    public void BuildOnce() => Assert.That(TestLabProgram.Execute(Launcher, ["--version"]).ExitCode, Is.Zero);

    [Test]
    public void AnUnchangedTreeStartsWithinASecond()
    {
        // The best of some: other tests run beside this one.
        TimeSpan best = Enumerable.Range(0, 5).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Assert.That(TestLabProgram.Execute(Launcher, ["--version"]).ExitCode, Is.Zero);
            return watch.Elapsed;
        });
        Assert.That(best, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void ItWorksThroughALinkFromAFolderWithBlanks()
    {
        string folder = Directory.CreateTempSubdirectory("test lab ").FullName;
        try
        {
            string link = Path.Combine(folder, "lab link");
            File.CreateSymbolicLink(link, Launcher);
            Outcome outcome = TestLabProgram.Execute(link, ["boot", "--kernel", "a file"], folder);
            Assert.That(outcome, Is.EqualTo(
                new Outcome(2, "", "testlab: --kernel: there is no file a file; check the path\n")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void WithoutTheSdkItSaysSo()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // A PATH with all that the script calls, but not the SDK.
            foreach (string tool in new[]
            {
                "bash", "readlink", "dirname", "find", "sort", "xargs", "sha256sum", "cut", "mke2fs", "mmdebstrap",
            })
            {
                File.CreateSymbolicLink(Path.Combine(folder, tool), $"/usr/bin/{tool}");
            }
            Outcome outcome = TestLabProgram.Execute("env", ["-i", $"PATH={folder}", "bash", Launcher, "--version"]);
            Assert.That(outcome.ExitCode, Is.EqualTo(3));
            Assert.That(outcome.Errors, Does.StartWith("testlab: the .NET SDK is missing: install"));
            Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TestLab.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
