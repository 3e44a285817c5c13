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
        using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(LinkSettings.Default), out Guest first, out Guest second, out _);
        lab.Advance(VirtualTime.NanosecondsPerSecond);
        ulong before = Executed(first) + Executed(second);
        var watch = Stopwatch.StartNew();
        lab.Advance(3600 * VirtualTime.NanosecondsPerSecond);
        ulong executed = Executed(first) + Executed(second) - before;
        TestContext.Out.WriteLine($"an hour of two guests: {watch.Elapsed.TotalSeconds:F2} s of host time, {executed:N0} instructions");
        // Host time depends on who else is on the host; at 100 million instructions a second these are two seconds.
        Assert.That(executed, Is.LessThan(200_000_000));
    }

    private static ulong Executed(Guest guest)
    {
        PersonalComputer machine = guest.Process.Machine;
        return machine.Clock - machine.Statistics.IdleTicks;
    }
}
