using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Forty processes and a quarter of a million frames give one hash, whatever the host does.</summary>
public sealed class DeterminismTests
{
    private const long End = 101_000;
    private const ulong Seed = 1;

    private static readonly Lazy<StateHash> Expected = new(() =>
    {
        using var lab = new ModelLab(Seed);
        StateHash hash = lab.RunUntil(End);
        Assert.That(lab.ReceivedCount, Is.GreaterThan(250_000));
        return hash;
    });

    /// <summary>Five times each, so twenty in all.</summary>
    [Test]
    public void TheHashDoesNotDependOnThreadsOrChaos([Values(1, 2, 3, 7)] int threads, [Range(1, 5)] int round)
    {
        var chaos = new Chaos(1_000 * threads + round);
        using var lab = new ModelLab(Seed, new ExecutorOptions { ThreadCount = threads, Interference = chaos });
        Assert.That(lab.RunUntil(End), Is.EqualTo(Expected.Value), chaos.ToString());
    }

    [Test]
    public void NorOnTheSizeOfWindowsOrThePausesOnTheWay([Values(1, 7, 1_000)] long window)
    {
        using var lab = new ModelLab(Seed, new ExecutorOptions { ThreadCount = 2, WindowNanoseconds = window });
        for (long pause = 777; pause < End; pause += 7_777) lab.RunUntil(pause);
        Assert.That(lab.RunUntil(End), Is.EqualTo(Expected.Value));
    }

    [Test]
    public void AnotherSeedIsAnotherRun()
    {
        using var lab = new ModelLab(Seed + 1);
        Assert.That(lab.RunUntil(End), Is.Not.EqualTo(Expected.Value));
    }

    /// <summary>What the tests above are worth: break the tie rule, and they fail.</summary>
    [Test]
    public void ArrivalOrderInPlaceOfTheTieRuleGivesAnotherRunEachTime()
    {
        HashSet<StateHash> hashes = [];
        for (int round = 1; round <= 4; round++)
        {
            var options = new ExecutorOptions { ThreadCount = 3, Interference = new Chaos(round) };
            using var lab = new ModelLab(Seed, options, (name, seed, period) => new ArrivalOrderProcess(name, seed, period));
            hashes.Add(lab.RunUntil(20_000));
        }

        Assert.That(hashes, Has.Count.GreaterThan(1));
    }
}
