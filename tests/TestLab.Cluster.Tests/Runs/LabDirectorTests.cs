using Akka.Actor;
using Akka.TestKit;
using TestLab.Cluster.Runs;
using TestLab.Images;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Protocol;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Tests.Runs;

/// <summary>The director and its coordinators; the node is the test.</summary>
public sealed class LabDirectorTests : ActorTest
{
    private static readonly RunId Run = new("a");

    private string _folder = "";
    private TestProbe? _node;
    private TestProbe? _user;

    private TestProbe Node => _node ??= Kit.CreateTestProbe();

    private TestProbe User => _user ??= Kit.CreateTestProbe();

    [SetUp]
    public void SetUp()
    {
        (_node, _user) = (null, null);
        _folder = Directory.CreateTempSubdirectory("director-").FullName;
        File.WriteAllText(Path.Combine(_folder, "lab.yaml"), """
            lab: words
            matrix: { word: [one, two/2] }
            machines: { box: { image: tiny, memory: 64MiB } }
            steps: [ { name: it speaks, run: "echo ${word}" } ]
            """);
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void CellsGoToTheNodeAndTheirEndsBecomeOneResult()
    {
        IActorRef director = Start();
        Assert.That(User.ExpectMsg<RunStarted>().Cells, Is.EqualTo(new[] { "word=one", "word=two/2" }));
        RunCell one = Node.ExpectMsg<RunCell>();
        RunCell two = Node.ExpectMsg<RunCell>();
        Assert.That((one.MemoryBytes, one.Seed, one.Threads), Is.EqualTo((64UL << 20, (ulong?)7, (int?)1)));
        Assert.That(Path.GetFileName(two.Folder), Is.EqualTo("2-word=two_2"), "A folder has a name that any file system takes.");

        Node.Send(Node.LastSender, new StepStarted(two.Cell, 1, "it speaks"));
        User.ExpectMsg<StepStarted>();
        End(two, Verdict.Failed);
        End(one, Verdict.Passed);
        User.ExpectMsg<CellEnded>();
        User.ExpectMsg<CellEnded>();
        RunFinished finished = User.ExpectMsg<RunFinished>();
        Assert.That((finished.Verdict, finished.Failure), Is.EqualTo((RunVerdict.Failed, (string?)null)));

        LabResult result = JsonReport.Read(File.ReadAllText(finished.ResultFile ?? ""));
        Assert.That(result.Cells.Select(cell => (cell.Name, cell.Verdict)),
            Is.EqualTo(new[] { ("word=one", Verdict.Passed), ("word=two/2", Verdict.Failed) }), "In the order of the matrix.");
        Assert.That(result.Cells[1].Machines[0].ConsoleFile, Is.EqualTo("2-word=two_2/box.console"));
        Assert.That(result.Identity, Has.Length.EqualTo(64));
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName),
            Is.SupersetOf(new[] { "report.html", "results.xml", "results.json" }));
        Assert.That(Directory.GetFiles(_folder, "cell.json", SearchOption.AllDirectories), Is.Empty);
        AssertGone(director);
    }

    [Test]
    public void ARunOfTheSameNameAndAnUnknownRunAreRefused()
    {
        IActorRef director = Start();
        User.ExpectMsg<RunStarted>();
        TestProbe other = Kit.CreateTestProbe();
        director.Tell(Command(), other);
        Assert.That(other.ExpectMsg<RunRefused>().Reason, Does.Contain("a already"));
        director.Tell(new StopRun(new RunId("b")), other);
        Assert.That(other.ExpectMsg<RunRefused>().Reason, Does.Contain("no run b"));
    }

    [Test]
    public void StoppingARunStopsItsCells()
    {
        IActorRef director = Start();
        RunCell one = Node.ExpectMsg<RunCell>();
        RunCell two = Node.ExpectMsg<RunCell>();
        director.Tell(new StopRun(Run), User);
        User.FishForMessage(message => message is RunAccepted);
        Node.ExpectMsg(new StopCell(one.Cell));
        Node.ExpectMsg(new StopCell(two.Cell));
        foreach (RunCell cell in new[] { one, two })
            Node.Send(Node.LastSender, new CellEnded(cell.Cell, RunVerdict.Cancelled) { Failure = "the run was stopped" });
        var finished = (RunFinished)User.FishForMessage(message => message is RunFinished);
        Assert.That(finished.Verdict, Is.EqualTo(RunVerdict.Cancelled));
        LabResult result = JsonReport.Read(File.ReadAllText(finished.ResultFile ?? ""));
        Assert.That(result.Cells.Select(cell => cell.Verdict), Is.All.EqualTo(Verdict.Cancelled));
    }

    [Test]
    public void ANodeThatFailsEndsItsCellsAndTheOthersStandAsTheyAre()
    {
        IActorRef director = Start();
        RunCell one = Node.ExpectMsg<RunCell>();
        Node.ExpectMsg<RunCell>();
        End(one, Verdict.Passed);
        User.FishForMessage(message => message is CellEnded);
        Kit.Sys.Stop(Node.Ref);
        var lost = (CellEnded)User.FishForMessage(message => message is CellEnded);
        Assert.That((lost.Cell.Cell, lost.Verdict, lost.Failure),
            Is.EqualTo(("word=two/2", RunVerdict.Broken, "the node that ran it failed")));
        RunFinished finished = User.ExpectMsg<RunFinished>();
        Assert.That(finished.Verdict, Is.EqualTo(RunVerdict.Broken));
        LabResult result = JsonReport.Read(File.ReadAllText(finished.ResultFile ?? ""));
        Assert.That(result.Cells.Select(cell => cell.Verdict), Is.EqualTo(new[] { Verdict.Passed, Verdict.Broken }));
        AssertGone(director);
    }

    [Test]
    public void SeveralMayWatchAndOneMayLeave()
    {
        IActorRef director = Start();
        RunCell cell = Node.ExpectMsg<RunCell>();
        TestProbe second = Kit.CreateTestProbe();
        director.Tell(new WatchRun(Run), second);
        second.ExpectMsg<RunAccepted>();
        director.Tell(new UnwatchRun(Run), User);
        User.FishForMessage(message => message is RunAccepted);
        Node.Send(Node.LastSender, new CellStarted(cell.Cell));
        second.ExpectMsg<CellStarted>();
        User.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Test]
    public void ALabFileThatIsWrongByNowEndsTheRun()
    {
        File.WriteAllText(Path.Combine(_folder, "lab.yaml"), "lab: words\nmachine: {}\n");
        IActorRef director = Start();
        RunFinished finished = User.ExpectMsg<RunFinished>();
        Assert.That(finished.Verdict, Is.EqualTo(RunVerdict.Broken));
        Assert.That(finished.Failure, Does.Contain("lab.yaml:2:1").And.Contain("machines"));
        AssertGone(director);
    }

    private IActorRef Start()
    {
        IActorRef node = Node.Ref;
        IActorRef director = Kit.Sys.ActorOf(Props.Create(() => new LabDirector(node, new ImageCatalog())));
        director.Tell(Command(), User);
        User.ExpectMsg<RunAccepted>();
        return director;
    }

    private StartRun Command() => new(Run)
    {
        LabFile = Path.Combine(_folder, "lab.yaml"),
        LabName = "lab.yaml",
        Folder = _folder,
        Seed = 7,
    };

    /// <summary>What a node does at the end of a cell.</summary>
    private void End(RunCell cell, Verdict verdict)
    {
        Directory.CreateDirectory(cell.Folder);
        string file = Path.Combine(cell.Folder, "cell.json");
        File.WriteAllText(file, JsonReport.Write(new CellResult
        {
            Name = cell.Cell.Cell,
            Seed = 7,
            Verdict = verdict,
            Machines = [new MachineResult { Name = "box", Image = "tiny", State = "off", ConsoleFile = "box.console" }],
        }));
        Node.Send(Node.LastSender, new CellEnded(cell.Cell, Enum.Parse<RunVerdict>(verdict.ToString())) { ResultFile = file, Identity = "x" });
    }

    private void AssertGone(IActorRef director) => Kit.AwaitAssert(() =>
    {
        director.Tell(new WatchRun(Run), User);
        User.ExpectMsg<RunRefused>();
    });
}
