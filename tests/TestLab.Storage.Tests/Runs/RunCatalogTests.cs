using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Storage.Runs;

namespace TestLab.Storage.Tests.Runs;

public sealed class RunCatalogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private string _folder = "";

    private RunCatalog Catalog => new(Path.Combine(_folder, "deeper", "catalog.db"));

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab-catalog-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void WhatIsAddedComesBackWhole()
    {
        LabResult result = Run("web-1", 0, StepVerdict.Failed);
        Catalog.Add(result, "/tmp/web-1");
        Assert.Multiple(() =>
        {
            Assert.That(
                JsonReport.Write(Catalog.Get("web-1") ?? throw new AssertionException("gone")),
                Is.EqualTo(JsonReport.Write(result)));
            Assert.That(Catalog.List().Single(), Is.EqualTo(new RunSummary
            {
                Run = "web-1",
                Lab = "web",
                StartedAt = Noon,
                Verdict = Verdict.Failed,
                Cells = 1,
                CellsPassed = 0,
                HostSeconds = 2.5,
                Folder = "/tmp/web-1",
            }));
        });
    }

    [Test]
    public void TheNewestRunIsFirst()
    {
        for (int hour = 0; hour < 3; hour++) Catalog.Add(Run($"web-{hour}", hour, StepVerdict.Passed));
        Assert.Multiple(() =>
        {
            Assert.That(Catalog.List(limit: 2).Select(run => run.Run), Is.EqualTo(new[] { "web-2", "web-1" }));
            Assert.That(Catalog.List("other"), Is.Empty);
        });
    }

    [Test]
    public void AWholeNameWinsOverAPrefix()
    {
        Catalog.Add(Run("web-1", 0, StepVerdict.Passed));
        Catalog.Add(Run("web-10", 1, StepVerdict.Passed));
        Assert.Multiple(() =>
        {
            Assert.That(Catalog.Find("web-1"), Is.EqualTo(new[] { "web-1" }));
            Assert.That(Catalog.Find("web"), Is.EqualTo(new[] { "web-1", "web-10" }));
            Assert.That(Catalog.Find("no"), Is.Empty);
        });
    }

    [Test]
    public void ARemovedRunIsGoneFromListAndHistory()
    {
        Catalog.Add(Run("web-1", 0, StepVerdict.Passed));
        Assert.Multiple(() =>
        {
            Assert.That(Catalog.Remove("web-1"), Is.True);
            Assert.That(Catalog.Remove("web-1"), Is.False);
            Assert.That(Catalog.Get("web-1"), Is.Null);
            Assert.That(Catalog.List(), Is.Empty);
            Assert.That(Catalog.History("web"), Is.Empty);
        });
    }

    [TestCase("PPP", false)]
    [TestCase("PPF", false, Description = "a regression")]
    [TestCase("FFP", false, Description = "a repair")]
    [TestCase("PFP", true)]
    [TestCase("FPF", true)]
    public void AStepThatGoesBackAndForthIsFlaky(string verdicts, bool isFlaky)
    {
        for (int hour = 0; hour < verdicts.Length; hour++)
            Catalog.Add(Run($"web-{hour}", hour, verdicts[hour] == 'P' ? StepVerdict.Passed : StepVerdict.Failed));
        StepHistory history = Catalog.History("web").Single();
        Assert.Multiple(() =>
        {
            Assert.That(history.IsFlaky, Is.EqualTo(isFlaky));
            Assert.That(history.Records.Select(record => record.Verdict == StepVerdict.Passed ? 'P' : 'F'), Is.EqualTo(verdicts));
        });
    }

    [Test]
    public void ASecondTryIsFlakyToo()
    {
        Catalog.Add(Run("web-1", 0, StepVerdict.Passed, tries: 2));
        Assert.That(Catalog.History("web").Single().IsFlaky, Is.True);
    }

    [Test]
    public void SeveralWritersGetTheirTurn()
    {
        Parallel.For(0, 8, index => Catalog.Add(Run($"web-{index}", index, StepVerdict.Passed)));
        Assert.That(Catalog.List(), Has.Count.EqualTo(8));
    }

    [Test]
    public void AFileThatIsNoCatalogIsOneError()
    {
        string file = Path.Combine(_folder, "catalog.db");
        File.WriteAllText(file, new string('x', 20_000));
        Assert.That(
            () => new RunCatalog(file).List(),
            Throws.TypeOf<CatalogException>().With.Message.EqualTo(
                $"the catalog {file} is damaged; move it away, and the next run begins a new one"));
    }

    private static LabResult Run(string name, int hour, StepVerdict verdict, int tries = 1) => new()
    {
        Run = name,
        Lab = "web",
        LabFile = "labs/web",
        Version = "0.1.0",
        StartedAt = Noon.AddHours(hour),
        HostSeconds = 2.5,
        Cells =
        [
            new CellResult
            {
                Name = "",
                Seed = ulong.MaxValue,
                Verdict = verdict == StepVerdict.Passed ? Verdict.Passed : Verdict.Failed,
                Steps = [new StepResult { Name = "the page arrives", Kind = "run", Verdict = verdict, Tries = tries }],
            },
        ],
    };
}
