using System.Threading.Channels;
using Akka.Actor;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Runs;

/// <summary>Starts a run and brings its events to a program that is no actor.</summary>
internal sealed class RunWatcher : ReceiveActor
{
    private readonly ChannelWriter<IRunEvent> _events;

    public RunWatcher(StartRun start, IActorRef director, ChannelWriter<IRunEvent> events)
    {
        _events = events;
        Receive<RunAccepted>(_ => Context.Watch(Sender));
        Receive<RunRefused>(refused => Finish(new RunFinished(start.Run, RunVerdict.Broken) { Failure = refused.Reason }));
        Receive<RunFinished>(Finish);
        Receive<IRunEvent>(news => _events.TryWrite(news));
        Receive<StopRun>(stop => director.Tell(stop));
        Receive<Terminated>(_ => Finish(new RunFinished(start.Run, RunVerdict.Broken)
        {
            Failure = "the coordinator of the run failed",
        }));
        director.Tell(start);
    }

    protected override void PostStop() => _events.TryComplete();

    private void Finish(RunFinished finished)
    {
        _events.TryWrite(finished);
        Context.Stop(Self);
    }
}
