using System.Diagnostics;
using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Forty processes and a quarter of a million frames give one hash, whatever the host does.</summary>
public sealed class DeterminismTests
{
    private const long End = 100_000;
    private const ulong Seed = 1;

    private static readonly Lazy<StateHash> Expected = new(() =>
    {
        using var lab = new ModelLab(Seed);
        StateHash hash = lab.RunUntil(End);
        TestContext.Out.WriteLine($"{lab.ReceivedCount} frames, {lab.Executor.Statistics.WindowCount} windows");
        Assert.That(lab.ReceivedCount, Is.GreaterThan(240_000));
        return hash;
    });

    [Test]
    public void TheHashDoesNotDependOnThreadsOrChaos([Values(1, 2, 3, 7)] int threads, [Range(1, 5)] int round)
    {
        var chaos = new Chaos(1_000 * threads + round);
        long since = Stopwatch.GetTimestamp();
        using var lab = new ModelLab(Seed, new ExecutorOptions { ThreadCount = threads, Interference = chaos });
        StateHash hash = lab.RunUntil(End);
        TestContext.Out.WriteLine($"{Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms, {lab.Executor.Statistics.WindowCount} windows");
        Assert.That(hash, Is.EqualTo(Expected.Value), chaos.ToString());
    }

    [Test]
    public void AnotherSeedIsAnotherRun()
    {
        using var lab = new ModelLab(Seed + 1);
        Assert.That(lab.RunUntil(End), Is.Not.EqualTo(Expected.Value));
    }
}
