using Akka.Actor;
using TestLab.Cluster.Cells;
using TestLab.Images;
using TestLab.Labs.Running;
using TestLab.Protocol;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Nodes;

/// <summary>Runs cells on its node, as many at once as there is room for.</summary>
/// <remarks>Whoever asked for a cell gets its events, and always the last one: its end.</remarks>
internal sealed class NodeAgent : ReceiveActor
{
    private readonly Admission _admission;
    private readonly ImageCatalog _catalog;
    private readonly Dictionary<CellId, IActorRef> _askers = [];
    private readonly Dictionary<CellId, IActorRef> _simulations = [];
    private readonly Dictionary<RunId, Dictionary<string, MaterialLoader>> _loaders = [];

    public NodeAgent(NodeLimits limits, ImageCatalog catalog)
    {
        (_admission, _catalog) = (new Admission(limits), catalog);
        Receive<RunCell>(Add);
        Receive<StopCell>(Stop);
        Receive<CellEnded>(ended => End(ended));
        Receive<Terminated>(gone => Lose(CellOf(gone.ActorRef)));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Add(RunCell cell)
    {
        if (!_askers.TryAdd(cell.Cell, Sender)) return; // Asked twice: it runs once.
        _admission.Add(cell);
        StartWhatFits();
    }

    private void StartWhatFits()
    {
        while (_admission.Next() is { } cell)
        {
            Dictionary<string, MaterialLoader> loaders = LoadersOf(cell.Cell.Run);
            IActorRef watcher = _askers[cell.Cell];
            IActorRef simulation = Context.ActorOf(
                Props.Create(() => new SimulationActor(cell, _catalog, folder => LoaderOf(loaders, folder), watcher)));
            Context.Watch(simulation);
            _simulations.Add(cell.Cell, simulation);
        }
    }

    private void Stop(StopCell stop)
    {
        if (_simulations.TryGetValue(stop.Cell, out IActorRef? simulation)) simulation.Tell(stop);
        else if (_admission.Withdraw(stop.Cell)) End(new CellEnded(stop.Cell, RunVerdict.Cancelled) { Failure = "the run was stopped" });
    }

    private void End(CellEnded ended)
    {
        if (!_askers.Remove(ended.Cell, out IActorRef? asker)) return;
        asker.Tell(ended);
        if (_simulations.Remove(ended.Cell, out IActorRef? simulation)) Context.Unwatch(simulation);
        _admission.End(ended.Cell);
        if (!_askers.Keys.Any(cell => cell.Run == ended.Run)) _loaders.Remove(ended.Run);
        StartWhatFits();
    }

    /// <summary>An actor that stops without a word had a defect; the cell ends all the same.</summary>
    private void Lose(CellId? cell)
    {
        if (cell is { } lost) End(new CellEnded(lost, RunVerdict.Broken) { Failure = "the actor of the cell failed" });
    }

    private CellId? CellOf(IActorRef actor)
    {
        foreach ((CellId cell, IActorRef simulation) in _simulations)
        {
            if (simulation.Equals(actor)) return cell;
        }

        return null;
    }

    /// <summary>Cells of a run share images; another run looks at the disk anew.</summary>
    private Dictionary<string, MaterialLoader> LoadersOf(RunId run)
    {
        if (!_loaders.TryGetValue(run, out Dictionary<string, MaterialLoader>? loaders)) _loaders.Add(run, loaders = []);
        return loaders;
    }

    private MaterialLoader LoaderOf(Dictionary<string, MaterialLoader> loaders, string folder)
    {
        lock (loaders) // Actors of several cells ask.
        {
            if (!loaders.TryGetValue(folder, out MaterialLoader? loader))
                loaders.Add(folder, loader = new MaterialLoader(_catalog, folder));
            return loader;
        }
    }
}
