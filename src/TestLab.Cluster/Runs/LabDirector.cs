using Akka.Actor;
using TestLab.Images;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Runs;

/// <summary>Knows the runs of the whole cluster; there is one director at a time.</summary>
internal sealed class LabDirector : ReceiveActor
{
    private readonly Dictionary<RunId, IActorRef> _coordinators = [];

    /// <param name="node">The agent that runs cells; cells stay on the node of their files.</param>
    /// <param name="catalog">Where the images are that lab files may name.</param>
    public LabDirector(IActorRef node, ImageCatalog catalog)
    {
        Receive<StartRun>(start => Start(start, node, catalog));
        Receive<IRunCommand>(command =>
        {
            if (_coordinators.TryGetValue(command.Run, out IActorRef? coordinator)) coordinator.Forward(command);
            else Sender.Tell(new RunRefused(command.Run, $"there is no run {command.Run}"));
        });
        Receive<Terminated>(gone =>
        {
            foreach ((RunId run, _) in _coordinators.Where(pair => pair.Value.Equals(gone.ActorRef)).ToArray())
                _coordinators.Remove(run);
        });
    }

    /// <summary>A coordinator with a defect ends with its run; who watches it sees that.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Start(StartRun start, IActorRef node, ImageCatalog catalog)
    {
        if (_coordinators.ContainsKey(start.Run))
        {
            Sender.Tell(new RunRefused(start.Run, $"there is a run {start.Run} already"));
            return;
        }

        IActorRef watcher = Sender;
        IActorRef coordinator = Context.ActorOf(Props.Create(() => new LabCoordinator(start, node, catalog, watcher)));
        _coordinators.Add(start.Run, Context.Watch(coordinator));
        // In the coordinator's name: so the watcher knows whom to watch.
        watcher.Tell(new RunAccepted(start.Run), coordinator);
    }
}
