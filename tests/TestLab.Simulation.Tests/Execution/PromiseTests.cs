using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>What a port has promised is kept, and whoever breaks it is told.</summary>
public sealed class PromiseTests
{
    [Test]
    public void AFrameAtExactlyTheLookaheadArrivesAndOneNanosecondLessIsATypedError()
    {
        var sender = new Beater("sender", (process, now) => process.Outputs[0].Send(now.After(now.Nanoseconds < 50 ? 20 : 19), [1]), 10, 60);
        var receiver = new Beater("receiver", (_, _) => { });
        sender.AddOutput("out", 20).Connect(receiver.Input());
        using var executor = new Executor();
        executor.Add(sender);
        executor.Add(receiver);
        executor.RunUntil(new VirtualTime(50));
        Assert.That(receiver.Received, Is.EqualTo(new[] { (new VirtualTime(30), "in", (byte)1) }));

        Assert.That(
            () => executor.RunUntil(new VirtualTime(100)),
            Throws.TypeOf<ProcessFailedException>().With.InnerException.TypeOf<BrokenPromiseException>()
                .And.Message.Contains("sender/out"));
    }

    [Test]
    public void AFrameToNowhereHasToKeepThePromiseToo()
    {
        var sender = new Beater("sender", (_, _) => { });
        OutputPort port = sender.AddOutput("out", 20);
        port.Send(new VirtualTime(20), [1]);
        Assert.That(() => port.Send(new VirtualTime(19), [1]), Throws.InstanceOf<BrokenPromiseException>());
        Assert.That(() => port.Send(new VirtualTime(20), new byte[Frame.LimitBytes + 1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AShortenedLookaheadHoldsAsSoonAsOldPromisesAreOver()
    {
        var sender = new Beater("sender", (_, _) => { });
        OutputPort port = sender.AddOutput("out", 100);
        sender.Advance(new VirtualTime(1_000));
        Assert.That(port.ChangeLookahead(40), Is.EqualTo(new VirtualTime(1_060)));
        Assert.That(() => port.Send(new VirtualTime(1_099), [1]), Throws.InstanceOf<BrokenPromiseException>());
        port.Send(new VirtualTime(1_100), [1]);
        sender.Advance(new VirtualTime(1_060));
        port.Send(new VirtualTime(1_100), [1]);
        sender.Advance(new VirtualTime(1_061));
        Assert.That(() => port.Send(new VirtualTime(1_100), [1]), Throws.InstanceOf<BrokenPromiseException>());
    }

    [Test]
    public void ALengthenedLookaheadHoldsAtOnce()
    {
        var sender = new Beater("sender", (_, _) => { });
        OutputPort port = sender.AddOutput("out", 100);
        sender.Advance(new VirtualTime(1_000));
        Assert.That(port.ChangeLookahead(300), Is.EqualTo(new VirtualTime(1_000)));
        Assert.That(() => port.Send(new VirtualTime(1_299), [1]), Throws.InstanceOf<BrokenPromiseException>());
        port.Send(new VirtualTime(1_300), [1]);
        // Shortened again: what was promised while it was long stands.
        Assert.That(port.ChangeLookahead(100), Is.EqualTo(new VirtualTime(1_200)));
        Assert.That(() => port.ChangeLookahead(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Frames go out as near as allowed while lookaheads change all the time.</summary>
    [Test]
    public void ChangingLookaheadsLeaveTheRunDeterministic([Values(1, 2, 7)] int threads)
    {
        StateHash expected = RunWithChanges(new ExecutorOptions());
        var chaos = new Chaos(threads);
        Assert.That(RunWithChanges(new ExecutorOptions { ThreadCount = threads, Interference = chaos }), Is.EqualTo(expected), $"{chaos}");
    }

    private static StateHash RunWithChanges(ExecutorOptions options)
    {
        using var lab = new ModelLab(11, options, (name, seed, period) => new ChangingProcess(name, seed, period));
        return lab.RunUntil(20_000);
    }
}
