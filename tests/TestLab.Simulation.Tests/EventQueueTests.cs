using TestLab.Simulation;

namespace TestLab.Simulation.Tests;

public sealed class EventQueueTests
{
    [Test]
    public void TimersOfOneMomentFireInTheOrderOfTheirCreation()
    {
        var queue = new EventQueue();
        List<string> fired = [];
        EventTimer[] timers = [.. Enumerable.Range(0, 5).Select(index => queue.CreateTimer($"{index}", _ => fired.Add($"{index}")))];
        foreach (int index in (int[])[3, 0, 4, 2, 1]) timers[index].Arm(new VirtualTime(10));

        Assert.That(queue.RunDue(new VirtualTime(10)), Is.EqualTo(5));
        Assert.That(fired, Is.EqualTo(new[] { "0", "1", "2", "3", "4" }));
    }

    [Test]
    public void AnyOrderOfArmingGivesTheSameRun([Values(1UL, 2UL, 3UL, 4UL)] ulong seed)
    {
        var random = new RandomStream(seed, "event-queue", "cases");
        List<(long Time, int Timer)>? expected = null;
        for (int round = 0; round < 20; round++)
        {
            var queue = new EventQueue();
            List<(long, int)> fired = [];
            EventTimer[] timers = [.. Enumerable.Range(0, 40).Select(index =>
                queue.CreateTimer("", due => fired.Add((due.Nanoseconds, index))))];
            // The final arrangement is one; how it came about differs: detours, disarming, order.
            foreach (int index in Enumerable.Range(0, timers.Length).OrderBy(_ => random.Next()))
            {
                timers[index].Arm(new VirtualTime((long)random.NextBelow(50)));
                if (random.NextBelow(2) == 0) timers[index].Disarm();
            }

            foreach (int index in Enumerable.Range(0, timers.Length).OrderBy(_ => random.Next()))
                timers[index].Arm(new VirtualTime(index * 7 % 13));
            for (long now = 0; now < 20; now++) queue.RunDue(new VirtualTime(now));
            expected ??= fired;
            Assert.That(fired, Is.EqualTo(expected), $"seed {seed} round {round}");
        }

        Assert.That(expected, Has.Count.EqualTo(40));
    }

    [Test]
    public void ADisarmedTimerDoesNotFireAndARearmedOneFiresOnce()
    {
        var queue = new EventQueue();
        int fired = 0;
        EventTimer timer = queue.CreateTimer("", _ => fired++);
        timer.Arm(new VirtualTime(5));
        timer.Disarm();
        queue.RunDue(new VirtualTime(10));
        timer.Arm(new VirtualTime(20));
        timer.Arm(new VirtualTime(15));
        queue.RunDue(new VirtualTime(30));
        Assert.Multiple(() =>
        {
            Assert.That(fired, Is.EqualTo(1));
            Assert.That(timer.IsArmed, Is.False);
            Assert.That(queue.NextTime, Is.EqualTo(VirtualTime.Never));
        });
    }

    [Test]
    public void AnEarlierEventIsReportedOnlyWhenItBecomesTheNext()
    {
        var queue = new EventQueue();
        int hastened = 0;
        queue.Hastened = () => hastened++;
        EventTimer first = queue.CreateTimer("", _ => { });
        EventTimer second = queue.CreateTimer("", _ => { });
        first.Arm(new VirtualTime(10));
        second.Arm(new VirtualTime(20));
        second.Arm(new VirtualTime(5));
        Assert.That(hastened, Is.EqualTo(2));
    }
}
