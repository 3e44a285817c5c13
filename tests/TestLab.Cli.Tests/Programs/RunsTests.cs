using System.Text.Json;
using TestLab.Labs.Results;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Tests.Programs;

/// <summary>What the catalog tells of runs; their results are put into it, as <c>run</c> does at its end.</summary>
public sealed class RunsTests : RunFixture
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void WhereThereAreNoRunsTheListSaysSo()
    {
        Assert.That(TestLabProgram.Run("runs", "list"), Is.EqualTo(new Outcome(0, "", "testlab: no runs yet\n")));
        Assert.That(TestLabProgram.Run("runs", "list", "--json"), Is.EqualTo(new Outcome(0, "[]\n", "")));
        Assert.That(Directory.Exists(Path.Combine(Folder, "data")), Is.False, "Looking makes nothing.");
    }

    [TestCase("list", "--limit", "1", ExpectedResult = "web-2 failed 0/1")]
    [TestCase("list", "--lab", "mail", ExpectedResult = "mail-1 passed 1/1")]
    [TestCase("list", ExpectedResult = "web-2 failed 0/1\nweb-1 passed 1/1\nmail-1 passed 1/1")]
    public string TheNewestRunIsFirst(params string[] arguments)
    {
        Fill();
        Outcome outcome = TestLabProgram.Run(["runs", .. arguments]);
        Assert.That((outcome.ExitCode, outcome.Errors), Is.EqualTo((0, "")));
        string[] lines = outcome.Output.TrimEnd().Split('\n');
        Assert.That(lines, Has.All.Length.LessThanOrEqualTo(80));
        return string.Join('\n', lines.Skip(1).Select(line =>
            string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3))));
    }

    [TestCase("show nothing", "there is no run nothing; see testlab runs list")]
    [TestCase("show wbe-1", "there is no run wbe-1; did you mean web-1?")]
    [TestCase("rm mail-2", "there is no run mail-2; did you mean mail-1?")]
    [TestCase("compare last web", "2 runs begin with web; name one: web-2, web-1")]
    [TestCase("history wbe", "no run of a lab wbe is known; did you mean web?")]
    [TestCase("list --lab mial", "no run of a lab mial is known; did you mean mail?")]
    [TestCase("list --limit 0", "--limit is a number from 1; give one or leave it out")]
    public void WhatIsNotThereIsOneLineWithTheNearest(string arguments, string line)
    {
        Fill();
        Assert.That(TestLabProgram.Run(["runs", .. arguments.Split(' ')]),
            Is.EqualTo(new Outcome(2, "", $"testlab: {line}\n")));
    }

    [Test]
    public void ADamagedCatalogIsOneLineAndStays()
    {
        string file = Path.Combine(Folder, "data", "catalog.db");
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        byte[] damaged = new byte[2 * 8192]; // Whole pages: what is beyond the last, LiteDB cuts off.
        new Random(1).NextBytes(damaged);
        File.WriteAllBytes(file, damaged);
        string[][] verbs = [["list"], ["history", "web"], ["show", "last"], ["rm", "web-1"]];
        foreach (string[] arguments in verbs)
        {
            Assert.That(TestLabProgram.Run(["runs", .. arguments]), Is.EqualTo(new Outcome(
                3, "", $"testlab: the catalog {file} is damaged; move it away, and the next run begins a new one\n")));
        }

        Assert.That(File.ReadAllBytes(file), Is.EqualTo(damaged));
    }

    [Test]
    public void ARunIsShownAsItEnded()
    {
        Fill();
        Outcome shown = TestLabProgram.Run("runs", "show", "last");
        Assert.That((shown.ExitCode, shown.Errors), Is.EqualTo((0, "")));
        Assert.That(shown.Output, Does.StartWith("web-2  labs/web  TestLab 0.1.0\n")
            .And.Match(@"passed +1\.0s +it starts\n +failed +1\.0s +the page arrives")
            .And.Contain("hash bb").And.Not.Contain("\e"));
        using JsonDocument json = JsonDocument.Parse(TestLabProgram.Run("runs", "show", "web-2", "--json").Output);
        Assert.That(json.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("Failed"));
        Assert.That(json.RootElement.GetProperty("cells")[0].GetProperty("steps").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public void ComparingTellsWhereRunsFirstDiffer()
    {
        Fill();
        Assert.That(TestLabProgram.Run("runs", "compare", "web-1", "web-1"),
            Is.EqualTo(new Outcome(0, "equal: web-1 and web-1, 1 hashes\n", "")));
        Outcome different = TestLabProgram.Run("runs", "compare", "web-1", "web-2", "--json");
        Assert.That(different.ExitCode, Is.EqualTo(1), different.Errors);
        using JsonDocument json = JsonDocument.Parse(different.Output);
        Assert.That(json.RootElement.GetProperty("equal").GetBoolean(), Is.False);
        Assert.That(json.RootElement.GetProperty("difference").GetString(), Does.Contain("the page arrives"));
    }

    [Test]
    public void TheHistoryOfALabMarksTheStepThatGoesBackAndForth()
    {
        Fill();
        Add("web", 3, StepVerdict.Passed);
        Outcome history = TestLabProgram.Run("runs", "history", "web");
        string[] lines = history.Output.TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(3).And.All.Length.LessThanOrEqualTo(80), history.Errors);
        Assert.That(lines[1], Does.Match(@"^it starts +- +3 +0 +\.\.\. +1\.0s$"));
        Assert.That(lines[2], Does.Match(@"^the page arrives +- +2 +1 +\.F\. +1\.0s +flaky$"));
        using JsonDocument json = JsonDocument.Parse(TestLabProgram.Run("runs", "history", "web", "--json").Output);
        Assert.That(json.RootElement.EnumerateArray().Select(step => step.GetProperty("isFlaky").GetBoolean()),
            Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public void ARemovedRunIsGoneWithItsFiles()
    {
        Fill();
        string files = Path.Combine(Folder, "data", "runs", "web-2");
        Directory.CreateDirectory(files);
        Assert.That(TestLabProgram.Run("runs", "rm", "last"), Is.EqualTo(new Outcome(0, "", "")));
        Assert.That(Directory.Exists(files), Is.False);
        Assert.That(Runs().Select(run => run.GetProperty("run").GetString()), Is.EqualTo(new[] { "web-1", "mail-1" }));
    }

    private static void Fill()
    {
        Add("mail", 1, StepVerdict.Passed, hoursBefore: 5);
        Add("web", 1, StepVerdict.Passed);
        Add("web", 2, StepVerdict.Failed);
    }

    private static void Add(string lab, int number, StepVerdict verdict, int hoursBefore = 0)
    {
        bool hasPassed = verdict == StepVerdict.Passed;
        RunCatalog.Open().Add(new LabResult
        {
            Run = $"{lab}-{number}",
            Lab = lab,
            LabFile = $"labs/{lab}",
            Version = "0.1.0",
            StartedAt = Noon.AddHours(number - hoursBefore),
            HostSeconds = 2.5,
            Cells =
            [
                new CellResult
                {
                    Name = "",
                    Seed = 1,
                    Hash = hasPassed ? "aa" : "bb",
                    Verdict = hasPassed ? Verdict.Passed : Verdict.Failed,
                    Steps = [Step("it starts", StepVerdict.Passed), Step("the page arrives", verdict)],
                },
            ],
        });
    }

    private static StepResult Step(string name, StepVerdict verdict) =>
        new() { Name = name, Kind = "run", Verdict = verdict, EndNanoseconds = 1_000_000_000 };
}
