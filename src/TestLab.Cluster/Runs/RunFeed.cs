using System.Threading.Channels;
using Akka.Actor;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Runs;

/// <summary>A run that was started, for a program that is no actor.</summary>
public sealed class RunFeed
{
    private readonly StartRun _start;
    private readonly IActorRef _watcher;

    internal RunFeed(StartRun start, IActorRef watcher, ChannelReader<IRunEvent> events) =>
        (_start, _watcher, Events) = (start, watcher, events);

    /// <summary>What happens; <see cref="RunFinished"/> is the last.</summary>
    public ChannelReader<IRunEvent> Events { get; }

    /// <summary>Ends the run early; its events still tell of the end.</summary>
    public void Stop() => _watcher.Tell(new StopRun(_start.Run));
}
