using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A simulation that is saved and restored ends as one that never was.</summary>
public sealed class SnapshotTests
{
    private const ulong Seed = 21;
    private const long End = 20_000;

    [Test]
    public void ARunRestoredAtAnyCutEndsInTheSameHash([Range(1UL, 8UL)] ulong round)
    {
        var random = new RandomStream(round, "snapshots", "cuts");
        long cut = 1 + (long)random.NextBelow(End - 1);
        using var undisturbed = new ModelLab(Seed);
        StateHash expected = undisturbed.RunUntil(End);

        using var first = new ModelLab(Seed, new ExecutorOptions { ThreadCount = 2 });
        StateHash atCut = first.RunUntil(cut);
        using MemoryStream file = Save(first);
        Assert.That(first.RunUntil(End), Is.EqualTo(expected), "Saving changes nothing.");

        // Of another age, so that everything has to come from the file.
        using var second = new ModelLab(Seed, new ExecutorOptions { ThreadCount = 1 + (int)random.NextBelow(3) });
        if (round % 2 == 0) second.RunUntil((long)random.NextBelow(End));
        second.Executor.Restore(file);
        Assert.Multiple(() =>
        {
            Assert.That(second.Executor.Now, Is.EqualTo(new VirtualTime(cut)));
            Assert.That(second.Executor.Hash(), Is.EqualTo(atCut), $"cut {cut}");
            Assert.That(second.RunUntil(End), Is.EqualTo(expected), $"cut {cut}");
        });
    }

    [Test]
    public void FramesOnTheirWayAreInTheFile()
    {
        (Executor executor, Beater receiver) = Pair(sends: true);
        executor.RunUntil(new VirtualTime(10_000));
        using var file = new MemoryStream();
        executor.Save(file);
        executor.Dispose();
        Assert.That(receiver.Received, Is.Empty);

        (executor, receiver) = Pair(sends: false);
        file.Position = 0;
        executor.Restore(file);
        executor.RunUntil(new VirtualTime(60_000));
        executor.Dispose();
        Assert.That(receiver.Received, Is.EqualTo(new[] { (new VirtualTime(50_000), "in", (byte)7), (new VirtualTime(50_000), "in", (byte)8) }));
    }

    [Test]
    public void ADamagedFileIsOneTypedError()
    {
        using var lab = new ModelLab(Seed);
        lab.RunUntil(2_000);
        using MemoryStream whole = Save(lab);
        byte[] content = whole.ToArray();
        var random = new RandomStream(1, "snapshots", "damage");
        for (int round = 0; round < 150; round++)
        {
            byte[] damaged = [.. content];
            int place = round < 40 ? round : (int)random.NextBelow((ulong)content.Length);
            damaged[place] ^= (byte)(1 << (int)random.NextBelow(8));
            if (round % 3 == 2) damaged = damaged[..place];
            using var target = new ModelLab(Seed);
            using var file = new MemoryStream(damaged);
            Assert.That(() => target.Executor.Restore(file), Throws.InstanceOf<SnapshotException>(), $"round {round}, byte {place}");
        }
    }

    [Test]
    public void AFileOfAnotherSimulationIsRefused()
    {
        using var lab = new ModelLab(Seed);
        lab.RunUntil(100);
        using MemoryStream file = Save(lab);
        using var other = new Executor();
        Assert.That(() => other.Restore(file), Throws.InstanceOf<SnapshotException>().With.Message.Contains("40 processes"));
        for (int index = 0; index < ModelLab.ProcessCount; index++) other.Add(new Beater($"other{index}", (_, _) => { }));
        file.Position = 0;
        Assert.That(() => other.Restore(file), Throws.InstanceOf<SnapshotException>().With.Message.Contains("it has p0/inbox, not other0/inbox"));
    }

    private static MemoryStream Save(ModelLab lab)
    {
        var file = new MemoryStream();
        lab.Executor.Save(file);
        file.Position = 0;
        return file;
    }

    private static (Executor Executor, Beater Receiver) Pair(bool sends)
    {
        var sender = new Beater("sender", (process, now) =>
        {
            process.Outputs[0].Send(new VirtualTime(50_000), [7]);
            process.Outputs[0].Send(new VirtualTime(50_000), [8]);
        });
        if (sends) sender.Again(new VirtualTime(10));
        var receiver = new Beater("receiver", (_, _) => { });
        sender.AddOutput("out", 1_000).Connect(receiver.Input());
        var executor = new Executor();
        executor.Add(sender);
        executor.Add(receiver);
        return (executor, receiver);
    }
}
