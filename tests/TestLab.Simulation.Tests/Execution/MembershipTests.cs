using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Processes and cables come and go at a cut.</summary>
public sealed class MembershipTests
{
    [Test]
    public void ComingAndGoingIsDeterministic([Values(1, 2, 7)] int threads)
    {
        Assert.That(Run(threads, new Chaos(threads)), Is.EqualTo(Run(threads: 1, interference: null)));
    }

    [Test]
    public void AProcessThatJoinsStandsAtTheCutAndTalksFromThereOn()
    {
        var old = new Beater("old", (process, now) => process.Again(now.After(10)), 1);
        using var executor = new Executor();
        executor.Add(old);
        executor.RunUntil(new VirtualTime(1_000));
        var newcomer = new Beater("newcomer", (process, now) => process.Outputs[0].Send(now.After(20), [9]), 1_005);
        newcomer.Join(old, 20);
        executor.Add(newcomer);
        Assert.That(newcomer.Now, Is.EqualTo(new VirtualTime(1_000)));
        executor.RunUntil(new VirtualTime(2_000));
        Assert.That(old.Received, Is.EqualTo(new[] { (new VirtualTime(1_025), "from newcomer", (byte)9) }));
    }

    [Test]
    public void WhatIsOnItsWayArrivesAlthoughTheCableIsPulled()
    {
        var sender = new Beater("sender", (process, now) => process.Outputs[0].Send(now.After(500), [1]), 10, 600);
        var receiver = new Beater("receiver", (_, _) => { });
        sender.AddOutput("out", 500).Connect(receiver.Input());
        using var executor = new Executor();
        executor.Add(sender);
        executor.Add(receiver);
        executor.RunUntil(new VirtualTime(100));
        sender.Outputs[0].Disconnect();
        executor.RunUntil(new VirtualTime(2_000));
        Assert.That(receiver.Received, Has.Count.EqualTo(1), "The second frame found no cable.");

        sender.Outputs[0].Connect(receiver.Inputs[0]);
        sender.Again(new VirtualTime(2_010));
        executor.RunUntil(new VirtualTime(3_000));
        Assert.That(receiver.Received[^1].Time, Is.EqualTo(new VirtualTime(2_510)));
    }

    [Test]
    public void AFrameHandedOverAtACutIsNotForgotten()
    {
        var sender = new Beater("sender", (_, _) => { });
        var receiver = new Beater("receiver", (_, _) => { });
        sender.AddOutput("out", 500).Connect(receiver.Input());
        using var executor = new Executor();
        executor.Add(sender);
        executor.Add(receiver);
        executor.RunUntil(new VirtualTime(100));
        sender.Outputs[0].Send(new VirtualTime(600), [1]);
        executor.RunUntil(new VirtualTime(601));
        Assert.That(receiver.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public void AProcessThatLeavesTakesItsCablesAlong()
    {
        var stayer = new Beater("stayer", (process, now) => process.Outputs[0].Send(now.After(20), [1]), 10, 110);
        var leaver = new Beater("leaver", (_, _) => { });
        stayer.Join(leaver, 20);
        using var executor = new Executor();
        executor.Add(stayer);
        executor.Add(leaver);
        executor.RunUntil(new VirtualTime(100));
        executor.Remove(leaver);
        Assert.That(() => executor.Remove(leaver), Throws.InvalidOperationException);
        executor.RunUntil(new VirtualTime(200));
        Assert.Multiple(() =>
        {
            Assert.That(leaver.Received, Has.Count.EqualTo(1));
            Assert.That(leaver.Now, Is.EqualTo(new VirtualTime(100)));
            Assert.That(stayer.Outputs[0].Target, Is.Null);
            Assert.That(stayer.Inputs[0].Source, Is.Null);
        });
    }

    [Test]
    public void ANameIsTakenOnce()
    {
        using var executor = new Executor();
        executor.Add(new Beater("same", (_, _) => { }));
        Assert.That(() => executor.Add(new Beater("same", (_, _) => { })), Throws.InvalidOperationException);
    }

    private static StateHash Run(int threads, Chaos? interference)
    {
        using var lab = new ModelLab(2, new ExecutorOptions { ThreadCount = threads, Interference = interference });
        lab.RunUntil(3_000);
        lab.Executor.Remove(lab.Processes[5]);
        lab.Processes[9].Outputs[1].Disconnect();
        lab.RunUntil(6_000);
        lab.Executor.Add(lab.Processes[5]);
        lab.Processes[5].Outputs[0].Connect(lab.Processes[6].Inputs[0]);
        lab.Processes[4].Outputs[0].Connect(lab.Processes[5].Inputs[0]);
        return lab.RunUntil(12_000);
    }
}
