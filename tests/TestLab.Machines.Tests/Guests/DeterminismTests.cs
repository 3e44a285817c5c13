using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Guests;

/// <summary>The same inputs give the same run, whatever the host does meanwhile, and a snapshot changes nothing.</summary>
[TestFixture(EngineKind.Interpreter)]
[TestFixture(EngineKind.Translator)]
[Category("Slow")]
public sealed class DeterminismTests(EngineKind engine)
{
    private const int Seed = 20_261_122;

    private static readonly VirtualTime End = VirtualTime.FromMilliseconds(600);

    [OneTimeSetUp]
    public void Prepare()
    {
        if (engine == EngineKind.Translator && !Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
    }

    [Test]
    public void ABootHasOneHashUnderCollectionsAndSleepsOnOneThreadAndOnTwo()
    {
        using StockGuest calm = Create();
        calm.Machine.Run(End);
        using StockGuest disturbed = Create();
        using StockGuest besideIt = Create();
        Parallel.Invoke(
            () => RunDisturbed(disturbed.Machine, new Random(Seed)),
            () => RunDisturbed(besideIt.Machine, new Random(Seed + 1)));
        StateHash expected = calm.Machine.StateHash();
        Assert.Multiple(() =>
        {
            Assert.That(calm.Console, Does.Contain("Linux version"));
            Assert.That(disturbed.Console, Is.EqualTo(calm.Console));
            Assert.That(disturbed.Machine.StateHash(), Is.EqualTo(expected));
            Assert.That(besideIt.Machine.StateHash(), Is.EqualTo(expected));
        });
    }

    [Test]
    public void EachSnapshotContinuesToTheHashOfTheRunThatHadNone()
    {
        using StockGuest uninterrupted = Create();
        uninterrupted.Machine.Run(End);
        StateHash expected = uninterrupted.Machine.StateHash();

        var random = new Random(Seed);
        long[] moments = [.. Enumerable.Range(0, engine == EngineKind.Interpreter ? 2 : 5).Select(_ => random.NextInt64(1, End.Nanoseconds)).Order()];
        using StockGuest saved = Create();
        foreach (long moment in moments)
        {
            saved.Machine.Run(new VirtualTime(moment));
            using var snapshot = new MemoryStream();
            saved.Machine.Save(snapshot);
            snapshot.Position = 0;
            using StockGuest restored = Create();
            restored.Machine.Restore(snapshot);
            restored.Machine.Run(End);
            Assert.That(restored.Machine.StateHash(), Is.EqualTo(expected), $"saved at {moment} ns (seed {Seed})");
        }

        saved.Machine.Run(End);
        Assert.That(saved.Machine.StateHash(), Is.EqualTo(expected), "the machine that was saved");
    }

    private StockGuest Create() => StockGuest.Create("tiny", engine: new EngineOptions { Kind = engine });

    /// <summary>Slices of random length, with a collection or a pause of the host between them.</summary>
    private static void RunDisturbed(PersonalComputer machine, Random random)
    {
        while (machine.Now < End)
        {
            machine.Run(VirtualTime.Min(End, machine.Now.After(random.NextInt64(1, 20_000_000))));
            if (random.Next(4) == 0) GC.Collect();
            if (random.Next(4) == 0) Thread.Sleep(random.Next(3)); // The host sleeps: that is what is tested.
        }
    }
}
