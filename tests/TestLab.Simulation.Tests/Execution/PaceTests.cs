using System.Diagnostics;
using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Real time holds a run back and changes nothing in it.</summary>
public sealed class PaceTests
{
    [Test]
    public void ARunInRealTimeTakesItsTimeAndEndsTheSame()
    {
        StateHash expected = Run(pace: null);
        long since = Stopwatch.GetTimestamp();
        StateHash paced = Run(new WallClockPace(TimeProvider.System));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(since);
        Assert.That(paced, Is.EqualTo(expected));
        Assert.That(elapsed.TotalMilliseconds, Is.GreaterThan(190), "One slice of 5 ms runs ahead.");
    }

    [Test]
    public void ALagIsReportedAndForgiven()
    {
        var clock = new SetClock();
        var pace = new WallClockPace(clock, 1_000_000);
        Assert.That(pace.Await(VirtualTime.Zero, CancellationToken.None), Is.EqualTo(VirtualTime.FromMilliseconds(1)));
        clock.Now = TimeSpan.FromSeconds(2);
        Assert.That(pace.Await(VirtualTime.FromMilliseconds(1), CancellationToken.None), Is.EqualTo(VirtualTime.FromMilliseconds(2)));
        Assert.That(pace.Lag, Is.EqualTo(TimeSpan.FromMilliseconds(1_999)));
        clock.Now += TimeSpan.FromMilliseconds(50);
        pace.Await(VirtualTime.FromMilliseconds(2), CancellationToken.None);
        Assert.That(pace.Lag, Is.EqualTo(TimeSpan.FromMilliseconds(1_999)), "A small lag is made up for.");
    }

    [Test, CancelAfter(20_000)]
    public void ASleepingRunIsCancelledAtOnce(CancellationToken timeout)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        cancellation.CancelAfter(30);
        using var executor = new Executor(new ExecutorOptions { Pace = new WallClockPace(TimeProvider.System, 3_600_000_000_000) });
        executor.RunUntil(VirtualTime.FromSeconds(3_600), timeout);
        RunOutcome outcome = executor.RunUntil(VirtualTime.FromSeconds(7_200), cancellation.Token);
        Assert.That(outcome, Is.EqualTo(new RunOutcome(RunEnd.Cancelled, VirtualTime.FromSeconds(3_600), null)));
        Assert.That(timeout.IsCancellationRequested, Is.False);
    }

    private static StateHash Run(IPace? pace)
    {
        var process = new ModelProcess("model", 1, 1_000_000);
        process.AddOutput("out", 1_000_000);
        using var executor = new Executor(new ExecutorOptions { Pace = pace });
        executor.Add(process);
        executor.RunUntil(VirtualTime.FromMilliseconds(200));
        return executor.Hash();
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
