using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Time in which nobody does anything costs nothing.</summary>
public sealed class IdleTests
{
    private const long Second = VirtualTime.NanosecondsPerSecond;
    private const long Lookahead = 1_000_000;

    /// <summary>Null messages would creep towards each timer in ten thousand steps of a millisecond.</summary>
    [Test]
    public void TimersTenSecondsApartOnChannelsOfAMillisecondDoNotCreep([Values(1, 3)] int threads)
    {
        int beats = 0;
        void Beat(Beater process, VirtualTime now)
        {
            Interlocked.Increment(ref beats);
            process.Again(now.After(10 * Second));
        }

        var left = new Beater("left", Beat, 1);
        var right = new Beater("right", Beat, 5 * Second);
        left.Join(right, Lookahead);
        using var executor = new Executor(new ExecutorOptions { ThreadCount = threads });
        executor.Add(left);
        executor.Add(right);
        executor.RunUntil(VirtualTime.FromSeconds(3_600));

        ExecutorStatistics statistics = executor.Statistics;
        Assert.Multiple(() =>
        {
            Assert.That(beats, Is.EqualTo(720));
            Assert.That(statistics.WindowCount, Is.LessThan(3 * beats));
            Assert.That(statistics.PromiseCount, Is.LessThan(3 * beats));
            Assert.That(statistics.ReductionCount, Is.LessThan(3 * beats));
            Assert.That(statistics.IdleJumpCount, Is.GreaterThan(100));
        });
    }

    [Test]
    public void AProcessThatHasNothingToDoIsNotRun()
    {
        var busy = new Beater("busy", (process, now) => process.Again(now.After(1_000)), 1);
        var idle = new Beater("idle", (_, _) => { });
        busy.Join(idle, 20_000);
        using var executor = new Executor();
        executor.Add(busy);
        executor.Add(idle);
        executor.RunUntil(VirtualTime.FromMilliseconds(10));
        Assert.That(executor.Statistics.WindowCount, Is.InRange(1, 10_000_000 / 40_000 + 5));
        Assert.That(idle.Now, Is.EqualTo(executor.Now));
    }

    /// <summary>Six threads have nothing to do while one works; spinning, they would use three seconds.</summary>
    [Test]
    public void ThreadsThatFindNothingToDoAreParked()
    {
        var busy = new Beater("busy", (_, _) => Thread.Sleep(500), 10);
        using var executor = new Executor(new ExecutorOptions { ThreadCount = 7 });
        executor.Add(busy);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        executor.RunUntil(new VirtualTime(100));
        TimeSpan used = Environment.CpuUsage.TotalTime - before;
        Assert.That(executor.Statistics.ParkedTime, Is.GreaterThan(TimeSpan.FromSeconds(1)));
        Assert.That(used, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void AnEmptyLabGoesAnywhereAtOnce()
    {
        using var executor = new Executor(new ExecutorOptions { ThreadCount = 2 });
        RunOutcome outcome = executor.RunUntil(VirtualTime.FromSeconds(1_000_000));
        Assert.That(outcome, Is.EqualTo(new RunOutcome(RunEnd.Reached, VirtualTime.FromSeconds(1_000_000), null)));
    }

    [Test]
    public void ThereIsNoRunningBackwardsNorForEver()
    {
        using var executor = new Executor();
        executor.RunUntil(new VirtualTime(10));
        Assert.That(() => executor.RunUntil(new VirtualTime(9)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => executor.RunUntil(VirtualTime.Never), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
