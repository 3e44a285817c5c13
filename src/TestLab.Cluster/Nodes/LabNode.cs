using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using TestLab.Cluster.Runs;
using TestLab.Images;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Nodes;

/// <summary>A member of a cluster in this process.</summary>
public sealed class LabNode : IAsyncDisposable
{
    private const string SystemName = "testlab";

    private readonly ActorSystem _system;
    private readonly IActorRef _director;

    private LabNode(Config configuration, NodeLimits limits, ImageCatalog catalog)
    {
        _system = ActorSystem.Create(SystemName, configuration);
        IActorRef agent = _system.ActorOf(Props.Create(() => new NodeAgent(limits, catalog)), "node");
        _system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new LabDirector(agent, catalog)), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(_system)),
            "control");
        _director = _system.ActorOf(
            ClusterSingletonProxy.Props("/user/control", ClusterSingletonProxySettings.Create(_system)), "director");
    }

    /// <summary>A cluster of one: it listens nowhere, and is gone with the process.</summary>
    public static LabNode StartSolo() => StartSolo(NodeLimits.OfThisHost(), new ImageCatalog());

    internal static LabNode StartSolo(NodeLimits limits, ImageCatalog catalog)
    {
        var node = new LabNode(NodeConfiguration.Solo, limits, catalog);
        Akka.Cluster.Cluster cluster = Akka.Cluster.Cluster.Get(node._system);
        cluster.Join(cluster.SelfAddress);
        return node;
    }

    /// <summary>Starts a run.</summary>
    public RunFeed Start(StartRun command)
    {
        Channel<IRunEvent> events = Channel.CreateUnbounded<IRunEvent>(new UnboundedChannelOptions { SingleReader = true });
        IActorRef watcher = _system.ActorOf(Props.Create(() => new RunWatcher(command, _director, events.Writer)));
        return new RunFeed(command, watcher, events.Reader);
    }

    /// <summary>Ends the member; runs end with it.</summary>
    public async ValueTask DisposeAsync() => await _system.Terminate().ConfigureAwait(false);
}
