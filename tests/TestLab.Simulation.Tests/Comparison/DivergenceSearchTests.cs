using TestLab.Simulation.Comparison;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;
using TestLab.Simulation.Records;
using TestLab.Simulation.Tests.Execution;

namespace TestLab.Simulation.Tests.Comparison;

/// <summary>Two runs that part are followed to the nanosecond and the instruction.</summary>
public sealed class DivergenceSearchTests
{
    [Test]
    public void TheInstructionThatDiffersIsFound([Values(100_000, 100_001, 100_002)] long wrong)
    {
        RunDivergence? found = DivergenceSearch.Find(
            new Replay(() => Machines(wrongInstruction: -1)), new Replay(() => Machines(wrong)),
            VirtualTime.Zero, VirtualTime.FromMilliseconds(1));
        TestContext.Out.WriteLine(found);
        Assert.That(found, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(found?.Time, Is.EqualTo(new VirtualTime(wrong / 3)));
            Assert.That(found?.Parts, Is.EqualTo(new[] { new PartDifference("machine", "register") }));
            Assert.That(found?.Steps, Has.Count.EqualTo(1));
            Assert.That(found?.Steps[0].Step, Is.EqualTo(wrong % 3));
            Assert.That(found?.Steps[0].Left, Is.EqualTo($"#{wrong} add {wrong % 7}"));
        });
    }

    [Test]
    public void ARecordGivesTheEpochAndTheSearchTheNanosecond()
    {
        (RunRecord left, RunRecord right) = (new RunRecord(1_000), new RunRecord(1_000));
        using (ModelLab lab = Lab(disturbAt: long.MaxValue, left)) lab.RunUntil(30_000);
        using (ModelLab lab = Lab(disturbAt: 12_345, right)) lab.RunUntil(30_000);
        RunDifference? difference = left.Compare(right);
        Assert.That(difference, Is.Not.Null);
        if (difference is null) return;

        RunDivergence? found = DivergenceSearch.Find(
            new Replay(() => Lab(long.MaxValue).Executor), new Replay(() => Lab(12_345).Executor),
            difference.EqualAt, difference.DifferentAt);
        TestContext.Out.WriteLine($"{difference}{Environment.NewLine}{found}");
        Assert.Multiple(() =>
        {
            Assert.That(found?.Parts[0], Is.EqualTo(new PartDifference("p13", "model")));
            Assert.That(found?.Time, Is.EqualTo(FirstBeatFrom(12_345)));
        });
    }

    /// <summary>A sender that has no other trace of it is told by what is on its way.</summary>
    [Test]
    public void AFrameOnItsWayIsADifference()
    {
        RunDivergence? found = DivergenceSearch.Find(
            new Replay(() => Sender(1)), new Replay(() => Sender(2)), VirtualTime.Zero, new VirtualTime(10_000));
        Assert.That(found?.Time, Is.EqualTo(new VirtualTime(2_000)));
        Assert.That(found?.Parts, Is.EqualTo(new[] { new PartDifference("receiver", "inbox") }));
    }

    [Test]
    public void EqualRunsHaveNoDifference() =>
        Assert.That(DivergenceSearch.Find(
            new Replay(() => Machines(-1)), new Replay(() => Machines(-1)), VirtualTime.Zero, new VirtualTime(1_000)), Is.Null);

    [Test]
    public void RunsThatDifferFromTheStartAreSaidToDoSo() =>
        Assert.That(() => DivergenceSearch.Find(
            new Replay(() => Machines(0)), new Replay(() => Machines(-1)), new VirtualTime(10), new VirtualTime(1_000)),
            Throws.ArgumentException.With.Message.Contains("machine: register"));

    private static Executor Machines(long wrongInstruction)
    {
        var executor = new Executor();
        executor.Add(new CounterMachine("machine", wrongInstruction));
        executor.Add(new CounterMachine("bystander", -1));
        return executor;
    }

    private static Executor Sender(byte content)
    {
        var sender = new Beater("sender", (process, now) => process.Outputs[0].Send(now.After(5_000), [content]), 2_000);
        var receiver = new Beater("receiver", (_, _) => { });
        sender.AddOutput("out", 5_000).Connect(receiver.Input());
        var executor = new Executor();
        executor.Add(sender);
        executor.Add(receiver);
        return executor;
    }

    private static ModelLab Lab(long disturbAt, RunRecord? record = null)
    {
        var lab = new ModelLab(77, new ExecutorOptions { Record = record });
        lab.Processes[13].Acting = process =>
        {
            if (process.Now.Nanoseconds >= disturbAt) process.Disturb();
        };
        return lab;
    }

    private static VirtualTime FirstBeatFrom(long time)
    {
        VirtualTime first = VirtualTime.Never;
        using ModelLab lab = Lab(long.MaxValue);
        lab.Processes[13].Acting = process =>
        {
            if (process.Now.Nanoseconds >= time) first = VirtualTime.Min(first, process.Now);
        };
        lab.RunUntil(30_000);
        return first;
    }

    private sealed class Replay(Func<Executor> start) : IReplay
    {
        public Executor Start(VirtualTime latest) => start();
    }
}
