using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A process ends the run from inside, always at the same virtual time.</summary>
public sealed class StopTests
{
    private const ulong Seed = 5;

    [Test]
    public void ARunEndsANoticeAfterTheSwitchWasRaised([Values(1, 2, 3, 7)] int threads)
    {
        StateHash expected = Run(threads: 1, interference: null, out VirtualTime end);
        for (int round = 1; round <= 3; round++)
        {
            var chaos = new Chaos(10 * threads + round);
            Assert.That(Run(threads, chaos, out VirtualTime again), Is.EqualTo(expected), chaos.ToString());
            Assert.That(again, Is.EqualTo(end));
        }
    }

    [Test]
    public void TheFirstOfTwoSwitchesEndsTheRunAndTheOtherEndsTheNext()
    {
        var first = new Beater("first", (process, _) => process.StopSwitches[0].Raise(), 1_000);
        var second = new Beater("second", (process, _) => process.StopSwitches[0].Raise(), 1_200);
        var bystander = new Beater("bystander", (process, now) => process.Again(now.After(3)), 1);
        StopSwitch late = first.AddStopSwitch("finished", 500);
        StopSwitch early = second.AddStopSwitch("failed", 100);
        using var executor = new Executor(new ExecutorOptions { ThreadCount = 3 });
        foreach (Beater process in (Beater[])[first, second, bystander]) executor.Add(process);

        VirtualTime limit = VirtualTime.FromSeconds(1);
        Assert.That(executor.RunUntil(limit), Is.EqualTo(new RunOutcome(RunEnd.Stopped, new VirtualTime(1_300), early)));
        Assert.That(bystander.Now, Is.EqualTo(executor.Now));
        Assert.That(executor.RunUntil(limit), Is.EqualTo(new RunOutcome(RunEnd.Stopped, new VirtualTime(1_500), late)));
        Assert.That(executor.RunUntil(VirtualTime.FromMilliseconds(1)).End, Is.EqualTo(RunEnd.Reached));
    }

    [Test]
    public void ASwitchThatIsRaisedBeforeTheLimitAndDueAfterItEndsTheNextRun()
    {
        var process = new Beater("process", (process, _) => process.StopSwitches[0].Raise(), 1_000);
        StopSwitch stop = process.AddStopSwitch("finished", 500);
        using var executor = new Executor();
        executor.Add(process);
        Assert.That(executor.RunUntil(new VirtualTime(1_200)).End, Is.EqualTo(RunEnd.Reached));
        using var file = new MemoryStream();
        executor.Save(file);

        var again = new Beater("process", (process, _) => process.StopSwitches[0].Raise(), 1_000);
        again.AddStopSwitch("finished", 500);
        using var restored = new Executor();
        restored.Add(again);
        restored.RunUntil(new VirtualTime(1_001));
        file.Position = 0;
        restored.Restore(file);

        Assert.That(executor.RunUntil(new VirtualTime(1_500)), Is.EqualTo(new RunOutcome(RunEnd.Stopped, new VirtualTime(1_500), stop)));
        Assert.That(restored.RunUntil(new VirtualTime(9_000)).Time, Is.EqualTo(new VirtualTime(1_500)));
    }

    private static StateHash Run(int threads, Chaos? interference, out VirtualTime end)
    {
        using var lab = new ModelLab(Seed, new ExecutorOptions { ThreadCount = threads, Interference = interference });
        StopSwitch stop = lab.Processes[17].AddStopSwitch("finished", 200);
        int beats = 0;
        lab.Processes[17].Acting = _ =>
        {
            if (++beats == 50) stop.Raise();
        };
        RunOutcome outcome = lab.Executor.RunUntil(new VirtualTime(1_000_000));
        Assert.That(outcome.Stop, Is.EqualTo(stop));
        Assert.That(lab.Processes, Has.All.Matches<ModelProcess>(process => process.Now == outcome.Time));
        end = outcome.Time;
        return lab.Executor.Hash();
    }
}
