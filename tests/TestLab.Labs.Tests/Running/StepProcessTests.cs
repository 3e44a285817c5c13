using TestLab.Labs.Running;
using TestLab.Simulation;

namespace TestLab.Labs.Tests.Running;

/// <summary>Asynchronous code waits in virtual time, on the thread of its process.</summary>
public sealed class StepProcessTests
{
    [Test]
    public void ADelayEndsAtItsTime()
    {
        var process = new Script(async script =>
        {
            await script.Delay(1_500);
            script.Say("first");
            await script.Delay(500);
            script.Say("second");
        });
        process.Advance(new VirtualTime(2_000));
        Assert.That(process.Said, Is.EqualTo(new[] { "1500 first" }));
        process.Advance(new VirtualTime(2_001));
        Assert.That(process.Said, Is.EqualTo(new[] { "1500 first", "2000 second" }));
    }

    [TestCase(100, "100 True")]
    [TestCase(300, "200 False")]
    public void WhatComesFirstDecides(long delay, string said)
    {
        var process = new Script(async script =>
            script.Say((await script.Within(script.Delay(delay), 200)).ToString()));
        process.Advance(VirtualTime.FromSeconds(1));
        Assert.That(process.Said, Is.EqualTo(new[] { said }));
    }

    [Test]
    public void ManyBranchesGoOnInTheOrderOfTheirTimes()
    {
        var process = new Script(async script =>
        {
            Task[] branches = [Branch(300), Branch(100), Branch(200), Branch(100)];
            foreach (Task branch in branches) await branch;
            script.Say("all");

            async Task Branch(long delay)
            {
                await script.Delay(delay);
                script.Say($"{delay}");
            }
        });
        process.Advance(VirtualTime.FromSeconds(1));
        Assert.That(process.Said, Is.EqualTo(new[] { "100 100", "100 100", "200 200", "300 300", "300 all" }));
    }

    [Test]
    public void AFailureInTimeIsTheWaitersFailure()
    {
        var process = new Script(async script =>
        {
            try
            {
                await script.Within(FailAsync(), 1_000);
            }
            catch (LabFailure failure)
            {
                script.Say(failure.Message);
            }

            async Task FailAsync()
            {
                await script.Delay(100);
                throw new LabFailure(Labs.Results.Verdict.Failed, "as expected");
            }
        });
        process.Advance(VirtualTime.FromSeconds(1));
        Assert.That(process.Said, Is.EqualTo(new[] { "100 as expected" }));
    }

    private sealed class Script : StepProcess
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public Script(Func<Script, Task> run)
            : base("script") => At(VirtualTime.Zero, () => Main = run(this));

        public Task Main { get; private set; } = Task.CompletedTask;

        public List<string> Said { get; } = [];

        public void Say(string text)
        {
            Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(_thread));
            Said.Add($"{Now.Nanoseconds} {text}");
        }
    }
}
