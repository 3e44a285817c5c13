using Akka.Actor;
using Akka.TestKit;
using TestLab.Cluster.Nodes;
using TestLab.Images;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Protocol;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Runs;
using MachineStage = TestLab.Protocol.MachineStage;

namespace TestLab.Cluster.Tests.Cells;

/// <summary>Cells on a node that end before they run: no guest is booted here, the program's own tests do that.</summary>
public sealed class SimulationActorTests : ActorTest
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("cells-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void AKernelThatIsNoneBreaksTheCellAndTheResultSaysSo()
    {
        File.WriteAllText(Path.Combine(_folder, "kernel"), "no kernel");
        TestProbe user = Ask(CellOf("image: { kernel: kernel }"));
        CellStarted started = user.ExpectMsg<CellStarted>(TimeSpan.FromSeconds(20));
        Assert.That((started.Machines.Single(), started.Steps.Single()), Is.EqualTo(("box", "it speaks")));
        Assert.That(user.ExpectMsg<MachineStageChanged>().Stage, Is.EqualTo(MachineStage.Provisioning));
        Assert.That(user.ExpectMsg<MachineStageChanged>().Stage, Is.EqualTo(MachineStage.Provisioned));
        CellEnded ended = EndOf(user);
        CellResult result = JsonReport.ReadCell(File.ReadAllText(ended.ResultFile ?? ""));
        Assert.That((result.Verdict, result.Failure), Is.EqualTo((Verdict.Broken, ended.Failure)));
        Assert.That(ended.Failure, Does.Contain("kernel").And.Not.Contain("Exception"));
    }

    [Test]
    public void ALabFileThatIsGoneBreaksTheCell()
    {
        RunCell cell = CellOf("image: tiny");
        File.Delete(cell.LabFile);
        CellEnded ended = EndOf(Ask(cell));
        Assert.That((ended.Verdict, ended.Identity), Is.EqualTo((RunVerdict.Broken, (string?)null)));
        Assert.That(ended.Failure, Does.Contain("lab.yaml"));
    }

    [Test]
    public void ACellThatWaitsForItsTurnIsStoppedAtOnce()
    {
        IActorRef agent = Agent();
        File.WriteAllText(Path.Combine(_folder, "kernel"), "no kernel");
        RunCell first = CellOf("image: { kernel: kernel }");
        TestProbe user = Kit.CreateTestProbe();
        agent.Tell(first, user);
        RunCell second = first with { Cell = new CellId(first.Cell.Run, "another"), Folder = Path.Combine(_folder, "2") };
        agent.Tell(second, user);
        agent.Tell(new StopCell(second.Cell), user);
        // Both ends, whichever comes first: a cell that has not ended still writes into its folder.
        CellEnded[] ends = [EndOf(user), EndOf(user)];
        Assert.That(ends.Single(end => end.Cell.Cell == "another").Verdict, Is.EqualTo(RunVerdict.Cancelled));
        Assert.That(Directory.Exists(second.Folder), Is.False, "It never began.");
    }

    private IActorRef Agent()
    {
        var limits = new NodeLimits { Cores = 1, MemoryBytes = 1UL << 30 };
        var catalog = new ImageCatalog();
        return Kit.Sys.ActorOf(Props.Create(() => new NodeAgent(limits, catalog)));
    }

    private TestProbe Ask(RunCell cell)
    {
        TestProbe user = Kit.CreateTestProbe();
        Agent().Tell(cell, user);
        return user;
    }

    private static CellEnded EndOf(TestProbe user) =>
        (CellEnded)user.FishForMessage(message => message is CellEnded, TimeSpan.FromSeconds(20));

    private RunCell CellOf(string image)
    {
        string lab = Path.Combine(_folder, "lab.yaml");
        File.WriteAllText(lab, $$"""
            lab: words
            machines: { box: { {{image}} } }
            steps: [ { name: it speaks, run: echo hello } ]
            """);
        return new RunCell(new CellId(new RunId("a"), ""))
        {
            LabFile = lab,
            Folder = Path.Combine(_folder, "results"),
            MemoryBytes = 1UL << 20,
            Threads = 1,
        };
    }
}
