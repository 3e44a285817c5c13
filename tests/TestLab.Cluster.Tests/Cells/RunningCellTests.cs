using Akka.Actor;
using Akka.TestKit;
using TestLab.Cluster.Cells;
using TestLab.Cluster.Nodes;
using TestLab.Images;
using TestLab.Labs;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Protocol;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Machines;
using TestLab.Protocol.Runs;
using TestLab.Simulation;
using MachineStage = TestLab.Protocol.MachineStage;

namespace TestLab.Cluster.Tests.Cells;

/// <summary>Cells with a real guest that keeps its thread busy.</summary>
[Category("Slow")]
public sealed class RunningCellTests : ActorTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("cells-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ABusyMachineIsDescribedAtOnceAndStopped()
    {
        IActorRef agent = Start(out TestProbe user);
        ActorSelection box = Kit.Sys.ActorSelection(agent.Path + "/*/box");
        box.Tell(new DescribeMachine(new MachineId(Cell, "box")), user);
        var described = (MachineDescribed)user.FishForMessage(message => message is MachineDescribed, Patience);
        Assert.That((described.Machine.Name, described.Stage), Is.EqualTo(("box", MachineStage.Ready)));
        Assert.That(described.AtNanoseconds, Is.GreaterThan(500_000_000));
        Assert.That(described.ConsoleTail, Has.Some.Contains("testlab: ready"));

        agent.Tell(new StopCell(Cell), user);
        Assert.That(EndOf(user).Verdict, Is.EqualTo(RunVerdict.Cancelled));
    }

    [Test]
    public void AMachineWhoseActorFailsBreaksTheCell()
    {
        IActorRef agent = Start(out TestProbe user);
        Kit.Sys.ActorSelection(agent.Path + "/*/box").Tell(Kill.Instance);
        CellEnded ended = EndOf(user);
        Assert.That((ended.Verdict, ended.Failure), Is.EqualTo((RunVerdict.Broken, "the actor of machine box failed")));
    }

    [Test]
    public async Task GuestsRunOnNoThreadOfTheActors()
    {
        CellPlan plan = Plan("echo hello");
        LabMaterial material = await new MaterialLoader(new ImageCatalog(), _folder).LoadAsync(plan, null, CancellationToken.None);
        var threads = new ThreadWatch();
        CellEnded ended = await new Cluster.Cells.Simulation(Command(), plan, new CellWatch(["box"]))
            .RunAsync(material, threads, CancellationToken.None);
        Assert.That(ended.Verdict, Is.EqualTo(RunVerdict.Passed));
        Assert.That((threads.Calls > 0, threads.CallsOfThePool), Is.EqualTo((true, 0)));
    }

    private static CellId Cell => new(new RunId("a"), "");

    private IActorRef Start(out TestProbe user)
    {
        Plan("while :; do :; done");
        var limits = new NodeLimits { Cores = 1, MemoryBytes = 1UL << 30 };
        var catalog = new ImageCatalog();
        IActorRef agent = Kit.Sys.ActorOf(Props.Create(() => new NodeAgent(limits, catalog)));
        user = Kit.CreateTestProbe();
        agent.Tell(Command(), user);
        user.FishForMessage(message => message is StepStarted, Patience);
        return agent;
    }

    private CellPlan Plan(string command)
    {
        string lab = Path.Combine(_folder, "lab.yaml");
        File.WriteAllText(lab, $$"""
            lab: busy
            machines: { box: { image: tiny } }
            steps: [ { run: "{{command}}", timeout: 10h } ]
            """);
        return LabFile.Read(lab, new NetworkProfiles()).Plan?.Cells[0] ?? throw new AssertionException("The lab file is wrong.");
    }

    private RunCell Command() => new(Cell)
    {
        LabFile = Path.Combine(_folder, "lab.yaml"),
        Folder = Path.Combine(_folder, "results"),
        MemoryBytes = 1UL << 27,
        Threads = 1,
    };

    private static CellEnded EndOf(TestProbe user) => (CellEnded)user.FishForMessage(message => message is CellEnded, Patience);

    private sealed class ThreadWatch : IRunObserver
    {
        public int Calls { get; private set; }

        public int CallsOfThePool { get; private set; }

        public void MachineChanged(VirtualTime time, string machine, Labs.Running.MachineStage stage) => Count();

        public void ConsoleWritten(VirtualTime time, string machine, ReadOnlySpan<byte> bytes) => Count();

        public void StepStarted(VirtualTime time, StepPlan step) => Count();

        public void StepEnded(VirtualTime time, StepResult result) => Count();

        private void Count()
        {
            Calls++;
            if (Thread.CurrentThread.IsThreadPoolThread) CallsOfThePool++;
        }
    }
}
