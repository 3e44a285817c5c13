using Akka.Actor;
using TestLab.Cluster.Machines;
using TestLab.Images;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Protocol;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Machines;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Cells;

/// <summary>Takes one cell through its life: reads it, has its machines provisioned, lets it run, tells its end.</summary>
/// <remarks>
/// The lab runs on threads of its own; the actor hears of it by messages and looks at its clock and consoles now and
/// then. Its end it tells its parent, all else whoever watches.
/// </remarks>
internal sealed class SimulationActor : ReceiveActor, IDisposable
{
    private const int SampleLines = 8;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(200);

    private readonly RunCell _command;
    private readonly ImageCatalog _catalog;
    private readonly Func<string, MaterialLoader> _loaders;
    private readonly IActorRef _watcher;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Dictionary<string, IActorRef> _machines = [];
    private ICancelable? _sampling;
    private bool _isRunning;

    /// <summary>Why the cell cannot be trusted any more; it ends as soon as its simulation has.</summary>
    private string? _loss;

    /// <param name="command">Which cell, and how.</param>
    /// <param name="catalog">Where the images are that the lab file may name.</param>
    /// <param name="loaders">Gives the loader of a lab's folder.</param>
    /// <param name="watcher">Gets the events of the cell.</param>
    public SimulationActor(RunCell command, ImageCatalog catalog, Func<string, MaterialLoader> loaders, IActorRef watcher)
    {
        (_command, _catalog, _loaders, _watcher) = (command, catalog, loaders, watcher);
        Read();
    }

    public void Dispose() => _cancellation.Dispose();

    /// <summary>A machine's actor with a defect ends, and the cell with it.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart() => Task.Run(() =>
    {
        CellPlan plan = CellReading.Read(_command, _catalog, out string folder);
        return new CellRead(plan, folder);
    }).PipeTo(Self, failure: error => new Failed(error));

    protected override void PostStop()
    {
        _sampling?.Cancel();
        _cancellation.Cancel();
    }

    private void Read()
    {
        Always(null);
        Receive<CellRead>(read =>
        {
            var watch = new CellWatch(read.Plan.Machines.Select(machine => machine.Name));
            MaterialLoader loader = _loaders(read.Folder);
            foreach (MachinePlan machine in read.Plan.Machines) _machines.Add(machine.Name, Create(machine, loader, watch));
            Tell(new CellStarted(_command.Cell)
            {
                Machines = [.. _machines.Keys],
                Steps = [.. read.Plan.Steps.Select(step => step.Name)],
            });
            Become(() => Provision(read.Plan, loader, watch));
            foreach ((string name, IActorRef machine) in _machines)
                machine.Tell(new ProvisionMachine(new MachineId(_command.Cell, name)));
            if (_machines.Count == 0) Self.Tell(new AllProvisioned());
        });
    }

    private IActorRef Create(MachinePlan machine, MaterialLoader loader, CellWatch watch)
    {
        var id = new MachineId(_command.Cell, machine.Name);
        return Context.Watch(Context.ActorOf(
            Props.Create(() => new MachineActor(id, machine.Image, loader, watch, _watcher, _cancellation.Token)), machine.Name));
    }

    private void Provision(CellPlan plan, MaterialLoader loader, CellWatch watch)
    {
        var missing = new HashSet<string>(_machines.Keys);
        string? reason = null;
        Always(plan);
        Receive<MachineProvisioned>(reply => Strike(reply.Machine));
        Receive<MachineRefused>(reply =>
        {
            reason ??= reply.Reason;
            _cancellation.Cancel(); // One image that cannot be had is enough.
            Strike(reply.Machine);
        });
        Receive<AllProvisioned>(_ =>
        {
            // The images are there; what is read now are the files.
            loader.LoadAsync(plan, progress: null, _cancellation.Token)
                .PipeTo(Self, success: material => new MaterialRead(material), failure: error => new Failed(error));
        });
        Receive<MaterialRead>(read => Start(plan, read.Material, watch));

        void Strike(MachineId machine)
        {
            if (!missing.Remove(machine.Name) || missing.Count > 0) return;
            if (reason is null) Self.Tell(new AllProvisioned());
            else Self.Tell(new Failed(new ImageException(reason)));
        }
    }

    private void Start(CellPlan plan, LabMaterial material, CellWatch watch)
    {
        var simulation = new Simulation(_command, plan, watch);
        long started = TimeProvider.System.GetTimestamp();
        _isRunning = true;
        Become(() => Run(plan, simulation, watch, started));
        _sampling = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            SampleInterval, SampleInterval, Self, new Sample(), Self);
        simulation.RunAsync(material, new CellObserver(_command.Cell, watch, Self), _cancellation.Token)
            .PipeTo(Self, failure: error => new Failed(error));
    }

    private void Run(CellPlan plan, Simulation simulation, CellWatch watch, long started)
    {
        var rates = new LinkRates(_command.Cell);
        Always(plan);
        Receive<Sample>(_ =>
        {
            simulation.Look();
            var host = (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
            Tell(new CellProgressed(_command.Cell, watch.Now.Nanoseconds, host));
            if (rates.Look(simulation.Links) is { } links) Tell(links);
            foreach (string machine in _machines.Keys)
            {
                IReadOnlyList<string> lines = watch.Console(machine).TakeNew(SampleLines);
                if (lines.Count > 0) Tell(new ConsoleLinesWritten(new MachineId(_command.Cell, machine), lines));
            }
        });
        Receive<MachineStageChanged>(changed =>
        {
            _machines[changed.Machine.Name].Tell(changed);
            Tell(changed);
        });
        Receive<IRunEvent>(Tell);
    }

    /// <summary>What can happen at any time.</summary>
    private void Always(CellPlan? plan)
    {
        Receive<StopCell>(_ => _cancellation.Cancel());
        Receive<Failed>(failed =>
        {
            bool isStopped = failed.Error is OperationCanceledException || Words.Of(failed.Error) == Words.Stopped;
            (Verdict verdict, string failure) = isStopped
                ? (Verdict.Cancelled, "the run was stopped")
                : (Verdict.Broken, Words.Of(failed.Error));
            if (_loss is null) GiveUp(plan, verdict, failure);
            else GiveUp(plan, Verdict.Broken, _loss);
        });
        Receive<Terminated>(gone =>
        {
            if (_loss is not null) return;
            _loss = $"the actor of machine {gone.ActorRef.Path.Name} failed";
            _cancellation.Cancel();
            if (!_isRunning) GiveUp(plan, Verdict.Broken, _loss);
        });
        Receive<CellEnded>(ended =>
        {
            if (_loss is { } loss && ended.Verdict != RunVerdict.Broken)
            {
                GiveUp(plan, Verdict.Broken, loss);
                return;
            }

            Context.Parent.Tell(ended);
            Context.Stop(Self);
        });
    }

    private void GiveUp(CellPlan? plan, Verdict verdict, string failure) =>
        Simulation.GiveUpAsync(_command, plan, verdict, failure).PipeTo(Self, failure: error =>
            new CellEnded(_command.Cell, RunVerdict.Broken) { Failure = $"{failure}; {Words.Of(error)}" });

    private void Tell(IRunEvent news) => _watcher.Tell(news);

    private sealed record CellRead(CellPlan Plan, string Folder) : INoSerializationVerificationNeeded;

    private sealed record AllProvisioned : INoSerializationVerificationNeeded;

    private sealed record MaterialRead(LabMaterial Material) : INoSerializationVerificationNeeded;

    private sealed record Sample : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Error) : INoSerializationVerificationNeeded;
}
