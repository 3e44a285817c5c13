using System.Text.Json;
using System.Xml.Linq;

namespace TestLab.Cli.Tests.Programs;

/// <summary>Labs from their file to the exit code; with guests, so slow ones are few.</summary>
public sealed class RunTests : RunFixture
{
    [Test, Category("Slow")]
    public void ALabThatPassesIsCodeZeroAndTwoRunsOfItAreEqual()
    {
        string lab = Lab("""
            machines: { box: { image: tiny } }
            steps:
              - { name: it runs Linux, run: uname -s, expect: { stdout: Linux } }
              - { name: an hour is nothing, run: sleep 3600, timeout: 2h }
            results: { junit: out/junit.xml }
            """);
        Outcome first = TestLabProgram.Run("run", lab, "--json");
        Assert.That(first.ExitCode, Is.Zero, first.Errors);
        using JsonDocument result = JsonDocument.Parse(first.Output);
        Assert.That(result.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("Passed"));
        Assert.That(File.Exists(Path.Combine(Folder, "out", "junit.xml")), Is.True, "Where the lab file says.");
        Assert.That(TestLabProgram.Run("run", lab, "--quiet", "--threads", "2"), Is.EqualTo(new Outcome(0, "", "")));

        string[] runs = [.. Runs().Select(run => run.GetProperty("run").GetString() ?? "")];
        Assert.That(runs, Has.Length.EqualTo(2));
        Outcome compared = TestLabProgram.Run("runs", "compare", runs[0], runs[1]);
        Assert.That((compared.ExitCode, compared.Output.StartsWith("equal", StringComparison.Ordinal)), Is.EqualTo((0, true)));
        Assert.That(TestLabProgram.Run("runs", "history", "lab").Output, Does.Match(@"it runs Linux +- +2 +0 +\.\."));
        Assert.That(TestLabProgram.Run("runs", "rm", "last").ExitCode, Is.Zero);
        Assert.That(Runs(), Has.Count.EqualTo(1));
    }

    [Test, Category("Slow")]
    public void AStepThatFailsIsCodeOneWithExpectedBesideGotEverywhere()
    {
        string lab = Lab("""
            machines: { box: { image: tiny } }
            steps:
              - { name: it is a Sun, run: "uname -s; echo oops >&2", expect: { stdout: SunOS } }
              - { name: never comes, run: "true" }
            """);
        string junit = Path.Combine(Folder, "junit.xml");
        Outcome outcome = TestLabProgram.Run("run", lab, "--out", Path.Combine(Folder, "out"), "--junit", junit);
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Errors);
        Assert.That(outcome.Output, Does.Match(@"failed +\S+ +it is a Sun\n +skipped +never comes\n"));
        Assert.That(outcome.Output, Does.Match(@"stdout: expected SunOS\n +got Linux\n").And.Contain("| oops"));
        Assert.That(outcome.Output, Does.Contain($"report: {Path.Combine(Folder, "out", "report.html")}").And.Not.Contain("\e"));
        XElement suite = XDocument.Load(junit).Descendants("testsuite").Single();
        Assert.That(((string?)suite.Attribute("failures"), (string?)suite.Attribute("skipped")), Is.EqualTo(("1", "1")));
        Assert.That(suite.Descendants("failure").Single().Value, Does.Contain("SunOS").And.Contain("Linux"));
        string report = File.ReadAllText(Path.Combine(Folder, "out", "report.html"));
        Assert.That(report, Does.Contain("SunOS").And.Contain("Linux"));
        Assert.That(File.ReadAllText(Path.Combine(Folder, "out", "box.console")), Does.Contain("Linux version"));
    }

    [Test, Category("Slow")]
    public void AMachineThatNeverGetsReadyIsCodeFourWithItsConsole()
    {
        string lab = Lab("""
            machines: { box: { image: tiny, ready: { port: 80, within: 2s } } }
            steps: [ { name: never comes, run: "true" } ]
            """);
        Outcome outcome = TestLabProgram.Run("run", lab);
        Assert.That(outcome.ExitCode, Is.EqualTo(4), outcome.Errors);
        Assert.That(outcome.Output, Does.Contain("box was not ready within 2 s").And.Contain("console of box:").And.Contain("| "));
    }

    [Test]
    public void AKernelThatIsNoneIsCodeThreeAndNamed()
    {
        File.WriteAllText(Path.Combine(Folder, "zImage"), "no kernel");
        Outcome outcome = TestLabProgram.Run("run", Lab("machines: { box: { image: { kernel: zImage } } }"));
        Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Errors);
        Assert.That(outcome.Output, Does.Contain("box").And.Contain("not a kernel").And.Contain("broken: lab"));
    }

    [Test]
    public void AWrongLabFileIsCodeTwoWithEveryError()
    {
        Outcome outcome = TestLabProgram.Run("run", Lab("machines: { box: { image: tiny, memry: 1GiB, speed: fast } }"));
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors, Does.Contain("memry").And.Contain("fast").And.Contain("2 errors"));
        Assert.That(Directory.Exists(Path.Combine(Folder, "data")), Is.False, "Nothing was begun.");
    }

    [TestCase("--threads", "0", "from 1 to")]
    [TestCase("--jobs", "many", "many")]
    [TestCase("--seed", "-1", "-1")]
    [TestCase("--engine", "qemu", "interpreter")]
    [TestCase("--only", "release=12", "no variable")]
    [TestCase("--out", "/dev/null/x", "--out")]
    public void AWrongOptionIsOneLine(string option, string value, string expected)
    {
        Outcome outcome = TestLabProgram.Run("run", Lab("machines: { box: { image: tiny } }"), option, value);
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((2, "")), outcome.Errors);
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.Some.Contain(expected));
    }
}
