using Akka.Actor;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Protocol;
using TestLab.Protocol.Runs;
using TestLab.Simulation;

namespace TestLab.Cluster.Cells;

/// <summary>Tells an actor what happens in a cell; consoles, which are many, are only kept to be sampled.</summary>
internal sealed class CellObserver(CellId cell, CellWatch watch, IActorRef actor) : IRunObserver
{
    public void MachineChanged(VirtualTime time, string machine, Labs.Running.MachineStage stage)
    {
        watch.Reach(time);
        Tell(new MachineStageChanged(new MachineId(cell, machine), Translation.Of(stage)) { AtNanoseconds = time.Nanoseconds });
    }

    public void ConsoleWritten(VirtualTime time, string machine, ReadOnlySpan<byte> bytes)
    {
        watch.Reach(time);
        watch.Console(machine).Write(bytes);
    }

    public void StepStarted(VirtualTime time, StepPlan step)
    {
        watch.Reach(time);
        Tell(new StepStarted(cell, step.Number, step.Name) { AtNanoseconds = time.Nanoseconds });
    }

    public void StepEnded(VirtualTime time, StepResult result)
    {
        watch.Reach(time);
        Tell(new StepEnded(cell, ++_steps, result.Name, Translation.Of(result.Verdict))
        {
            Nanoseconds = result.EndNanoseconds - result.StartNanoseconds,
            Failure = result.Failure,
        });
    }

    /// <summary>Steps end one after the other, in their order.</summary>
    private int _steps;

    private void Tell(IRunEvent news) => actor.Tell(news, ActorRefs.NoSender);
}
