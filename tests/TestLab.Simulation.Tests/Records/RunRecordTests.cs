using System.Text;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Records;
using TestLab.Simulation.Tests.Execution;

namespace TestLab.Simulation.Tests.Records;

/// <summary>Records of equal runs are equal; of unequal ones, they say where.</summary>
public sealed class RunRecordTests
{
    private const ulong Seed = 31;
    private const long End = 20_000;
    private const long Epoch = 500;

    [Test]
    public void ARecordDoesNotDependOnThreadsChaosOrPauses([Values(1, 2, 7)] int threads)
    {
        RunRecord expected = Record(new ExecutorOptions(), [End]);
        var chaos = new Chaos(threads);
        RunRecord record = Record(new ExecutorOptions { ThreadCount = threads, Interference = chaos, WindowNanoseconds = 77 }, [123, 7_499, 7_500, End]);
        Assert.Multiple(() =>
        {
            Assert.That(expected.Compare(record), Is.Null, chaos.ToString());
            Assert.That(record.Hash(), Is.EqualTo(expected.Hash()));
            Assert.That(record.Processes, Has.Count.EqualTo(ModelLab.ProcessCount));
            Assert.That(record.Processes, Has.All.Matches<ProcessRecord>(process => process.Epochs.Count == End / Epoch));
        });
    }

    [Test]
    public void TheFirstDifferenceIsNamedByEpochProcessAndPart()
    {
        RunRecord right = Record(new ExecutorOptions(), [End]);
        RunRecord wrong = Record(new ExecutorOptions { ThreadCount = 2 }, [End], lab => DisturbAt(lab.Processes[13], 8_250));
        RunDifference? difference = right.Compare(wrong);
        TestContext.Out.WriteLine(difference);
        Assert.That(difference, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(difference?.Epoch, Is.EqualTo(8_250 / Epoch));
            Assert.That(difference?.EqualAt, Is.EqualTo(new VirtualTime(8_000)));
            Assert.That(difference?.DifferentAt, Is.EqualTo(new VirtualTime(8_500)));
            Assert.That(difference?.Parts, Does.Contain(new PartDifference("p13", "model")));
            Assert.That(difference?.Parts, Does.Not.Contain(new PartDifference("p13", "frames to in0")), "Its inputs were the same.");
        });
    }

    [Test]
    public void AnIdleProcessIsNotHashed()
    {
        var record = new RunRecord(1_000);
        using var executor = new Executor(new ExecutorOptions { Record = record });
        executor.Add(new Beater("mostly idle", (_, _) => { }, 2_500, 1_000_999, 1_001_000));
        executor.RunUntil(new VirtualTime(5_000_000));
        Assert.That(record.Processes[0].Epochs.Select(epoch => epoch.Epoch), Is.EqualTo(new[] { 2, 1_000, 1_001 }));
    }

    [Test]
    public void ARestoredRunRecordsWhatTheOriginalDid()
    {
        RunRecord whole = Record(new ExecutorOptions(), [End]);
        using var file = new MemoryStream();
        using var first = new ModelLab(Seed, new ExecutorOptions { Record = new RunRecord(Epoch) });
        first.RunUntil(9_777);
        first.Executor.Save(file);

        var record = new RunRecord(Epoch);
        using var second = new ModelLab(Seed, new ExecutorOptions { ThreadCount = 2, Record = record });
        file.Position = 0;
        second.Executor.Restore(file);
        second.RunUntil(End);
        foreach (ProcessRecord process in record.Processes)
        {
            ProcessRecord original = whole.Processes.Single(other => other.Name == process.Name);
            Assert.That(process.Epochs.Select(Text), Is.EqualTo(original.Epochs.Where(epoch => epoch.Epoch >= 9_777 / Epoch).Select(Text)));
        }
    }

    [Test]
    public void ARecordGoesThroughAFile()
    {
        RunRecord record = Record(new ExecutorOptions(), [2_000]);
        using var file = new MemoryStream();
        record.Write(file);
        file.Position = 0;
        RunRecord read = RunRecord.Read(file);
        Assert.Multiple(() =>
        {
            Assert.That(read.Hash(), Is.EqualTo(record.Hash()));
            Assert.That(read.Compare(record), Is.Null);
            Assert.That(read.End, Is.EqualTo(record.End));
        });
    }

    [TestCase("")]
    [TestCase("hello")]
    [TestCase("{}")]
    [TestCase("""{"runRecord":2}""")]
    [TestCase("""{"runRecord":1,"epochNanoseconds":0,"endNanoseconds":5,"processes":[]}""")]
    [TestCase("""{"runRecord":1,"epochNanoseconds":9,"endNanoseconds":5,"processes":[{"name":"a","parts":["x"],"epochs":[[1,"zz"]]}]}""")]
    [TestCase("""{"runRecord":1,"epochNanoseconds":9,"endNanoseconds":5,"processes":[{"name":"a","parts":["x"],"epochs":[[1,"00"],[1,"00"]]}]}""")]
    [TestCase("""{"runRecord":1,"epochNanoseconds":9,"endNanoseconds":5,"processes":[{"name":"a","parts":["x"],"epochs":[[]]}]}""")]
    public void WhatIsNoRecordIsOneTypedError(string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.That(() => RunRecord.Read(file), Throws.InstanceOf<SnapshotException>());
    }

    [Test]
    public void EpochsOfDifferentLengthsAreNotCompared() =>
        Assert.That(() => new RunRecord(1).Compare(new RunRecord(2)), Throws.ArgumentException);

    private static string Text(EpochRecord epoch) => $"{epoch.Epoch}: {string.Join(' ', epoch.Hashes)}";

    private static void DisturbAt(ModelProcess process, long time) => process.Acting = process =>
    {
        if (process.Now.Nanoseconds >= time) process.Disturb();
    };

    private static RunRecord Record(ExecutorOptions options, long[] cuts, Action<ModelLab>? prepare = null)
    {
        var record = new RunRecord(Epoch);
        using var lab = new ModelLab(Seed, options with { Record = record });
        prepare?.Invoke(lab);
        foreach (long cut in cuts) lab.RunUntil(cut);
        return record;
    }
}
