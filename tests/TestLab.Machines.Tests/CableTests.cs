using TestLab.Machines.Devices.Network;
using TestLab.Machines.Network;
using TestLab.Machines.Tests.Virtio;
using TestLab.Simulation;

namespace TestLab.Machines.Tests;

public sealed class CableTests
{
    [Test]
    public void AFrameArrivesOneLatencyAfterItWasSent()
    {
        var cable = new Cable(latencyNanoseconds: 50_000);
        using var first = new MachineBench(cable: cable.First);
        using var second = new MachineBench(cable: cable.Second);
        cable.Connect(first.Machine.Networks[0], second.Machine.Networks[0]);
        var run = new LockStep([first.Machine, second.Machine], cable.LatencyNanoseconds);
        var sender = new GuestDriver(first, 1);
        var receiver = new GuestDriver(second, 1);
        sender.Start(0, 0, 1);
        receiver.Start(0, 0, 1);
        receiver.Add(0, 0, (0x40_0000, 2000, true));
        receiver.Notify(0);
        run.Run(new VirtualTime(123_456));

        sender.Add(1, 0, (0x40_0000, 12 + 60, false));
        sender.Notify(1);
        run.Run(new VirtualTime(173_456));
        Assert.That(receiver.Take(0), Is.Null);
        run.Run(new VirtualTime(173_457));
        Assert.That(receiver.Take(0), Is.EqualTo((0u, 72u)));
    }

    [Test]
    public void TwoSleepersCostNoWindows()
    {
        var cable = new Cable();
        using var first = new MachineBench(cable: cable.First);
        using var second = new MachineBench(cable: cable.Second);
        cable.Connect(first.Machine.Networks[0], second.Machine.Networks[0]);
        var run = new LockStep([first.Machine, second.Machine], cable.LatencyNanoseconds);
        run.Run(VirtualTime.FromSeconds(3600));
        Assert.Multiple(() =>
        {
            Assert.That(first.Machine.Now, Is.EqualTo(VirtualTime.FromSeconds(3600)));
            Assert.That(second.Machine.Now, Is.EqualTo(VirtualTime.FromSeconds(3600)));
            Assert.That(run.Results, Has.All.EqualTo(RunResult.TimeReached));
        });
    }

    [Test]
    public void ASmallerLatencyThanNothingIsRefused() =>
        Assert.That(() => new Cable(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void MacAddressesReadAsPeopleWriteThem() =>
        Assert.That(new MacAddress(0x0200_DEAD_BEEF).ToString(), Is.EqualTo("02:00:de:ad:be:ef"));
}
