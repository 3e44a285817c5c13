using TestLab.Guests.Tests.Labs;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Runs;

/// <summary>Guests that switch themselves off, or start anew.</summary>
[Category("Slow")]
public sealed class PowerTests
{
    [Test]
    public void AGuestThatRebootsLoadsItsKernelAnewAndOneThatPowersOffIsOff()
    {
        using var lab = new GuestLab();
        Guest first = lab.Add("first"), second = lab.Add("second");
        first.Begin("reboot -f");
        second.Begin("poweroff -f");
        VirtualTime limit = lab.Now.After(10 * VirtualTime.NanosecondsPerSecond);
        while (!first.Said.Contains("testlab: ready") && lab.Now < limit) lab.Advance(50_000_000);
        Assert.Multiple(() =>
        {
            Assert.That(first.Remote.ResetCount, Is.EqualTo(1));
            Assert.That(first.Said, Does.Contain("testlab: ready"));
            Assert.That(second.Remote.IsOn, Is.False);
        });
    }
}
