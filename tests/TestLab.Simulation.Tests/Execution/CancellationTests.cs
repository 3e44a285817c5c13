using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A cancelled run stands at a cut, and can go on from there as if nothing had been.</summary>
public sealed class CancellationTests
{
    private const long End = 20_000;

    [Test]
    public void ARunThatIsCancelledAnywhereGoesOnToTheSameEnd([Values(1, 2, 7)] int threads, [Values(10, 100, 200)] int beat)
    {
        using var undisturbed = new ModelLab(9);
        StateHash expected = undisturbed.RunUntil(End);

        using var lab = new ModelLab(9, new ExecutorOptions { ThreadCount = threads });
        using var cancellation = new CancellationTokenSource();
        int beats = 0;
        lab.Processes[7].Acting = _ =>
        {
            if (++beats == beat) cancellation.Cancel();
        };
        RunOutcome outcome = lab.Executor.RunUntil(new VirtualTime(End), cancellation.Token);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.End, Is.EqualTo(RunEnd.Cancelled));
            Assert.That(outcome.Time.Nanoseconds, Is.LessThan(End));
            Assert.That(lab.Processes, Has.All.Matches<ModelProcess>(process => process.Now == outcome.Time));
        });
        Assert.That(lab.RunUntil(End), Is.EqualTo(expected));
    }

    [Test]
    public void ARunThatIsCancelledBeforehandDoesNothing()
    {
        using var lab = new ModelLab(9);
        lab.RunUntil(100);
        RunOutcome outcome = lab.Executor.RunUntil(new VirtualTime(End), new CancellationToken(canceled: true));
        Assert.That(outcome, Is.EqualTo(new RunOutcome(RunEnd.Cancelled, new VirtualTime(100), null)));
    }

    [Test, CancelAfter(30_000)]
    public void ABusyRunWithoutEndIsCancelledFromAnotherThread(CancellationToken timeout)
    {
        using var lab = new ModelLab(9, new ExecutorOptions { ThreadCount = 2 });
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        cancellation.CancelAfter(50);
        RunOutcome outcome = lab.Executor.RunUntil(VirtualTime.FromSeconds(1_000_000), cancellation.Token);
        Assert.That(outcome.End, Is.EqualTo(RunEnd.Cancelled));
        Assert.That(timeout.IsCancellationRequested, Is.False);
    }
}
