using System.Diagnostics;
using TestLab.Guests.Tests.Labs;
using TestLab.Machines;
using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Runs;

/// <summary>Time in which guests sleep costs next to nothing.</summary>
[Category("Slow")]
public sealed class IdleTests
{
    [Test]
    public void AnHourOfTwoSleepingGuestsIsAMoment()
    {
        DuplexSettings settings = DuplexSettings.Same(LinkSettings.Default);
        using GuestLab lab = GuestLab.OfTwo(settings, out Guest first, out Guest second, out _);
        lab.Advance(VirtualTime.NanosecondsPerSecond);
        ulong before = Executed(first) + Executed(second);
        TimeSpan used = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        lab.Advance(3600 * VirtualTime.NanosecondsPerSecond);
        ulong executed = Executed(first) + Executed(second) - before;
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime - used;
        TestContext.Out.WriteLine($"an hour of two guests: {watch.Elapsed.TotalSeconds:F2} s of host time, {processor.TotalSeconds:F2} s of "
            + $"processor time, {executed:N0} instructions");
        // Host time depends on who else is on the host. What the kernels' own timers do is all that is left to be run.
        Assert.That(executed, Is.LessThan(450_000_000));
    }

    private static ulong Executed(Guest guest)
    {
        PersonalComputer machine = guest.Process.Machine;
        return machine.Clock - machine.Statistics.IdleTicks;
    }
}
