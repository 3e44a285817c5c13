using TestLab.Networks.Links;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

public sealed class LinkFilterTests
{
    [Test]
    public void AFrameAsLargeAsTheMtuPassesAndOneByteMoreDoesNot()
    {
        LinkBench bench = new LinkBench(LinkSettings.Default with { MtuBytes = 1_000 }).Send(1, 1_014, 0).Send(1, 1_015, 0, first: 1).Run();
        Assert.That(bench.Witness.ArrivedNumbers, Is.EqualTo(new ulong[] { 0 }));
        Assert.That(bench.Witness.Drops.Single(), Is.EqualTo((VirtualTime.Zero, 1UL, DropCause.Mtu)));
    }

    [Test]
    public void TagsDoNotCountAgainstTheMtu()
    {
        byte[] plain = TestFrames.Udp(1_514, 0);
        byte[] twice = [.. plain[..12], 0x88, 0xA8, 0, 1, 0x81, 0, 0, 2, .. plain[12..]];
        byte[] thrice = [.. plain[..12], 0x81, 0, 0, 1, .. twice[12..]];
        var bench = new LinkBench(LinkSettings.Default);
        bench.Direction.Send(VirtualTime.Zero, twice);
        bench.Direction.Send(VirtualTime.Zero, thrice);
        Assert.That(bench.Direction.Counters.FramesDelivered, Is.EqualTo(1));
        Assert.That(bench.Direction.Counters.Dropped(DropCause.Mtu), Is.EqualTo(1));
    }

    [Test]
    public void WhatIsShorterThanAHeaderIsNoFrame([Values(0, 1, 13, 14)] int bytes)
    {
        var bench = new LinkBench(LinkSettings.Default);
        bench.Direction.Send(VirtualTime.Zero, new byte[bytes]);
        Assert.That(bench.Direction.Counters.Dropped(DropCause.Runt), Is.EqualTo(bytes < 14 ? 1 : 0));
    }

    [Test]
    public void TheLargestFramePasses()
    {
        var bench = new LinkBench(LinkSettings.Default with { MtuBytes = LinkSettings.LimitMtuBytes });
        bench.Direction.Send(VirtualTime.Zero, new byte[LinkSettings.LimitMtuBytes + 14]);
        bench.Direction.Send(VirtualTime.Zero, new byte[LinkSettings.LimitMtuBytes + 15]);
        Assert.That(bench.Direction.Counters.FramesDelivered, Is.EqualTo(1));
        Assert.That(() => new LinkBench(LinkSettings.Default with { MtuBytes = LinkSettings.LimitMtuBytes + 1 }), Throws.ArgumentException);
    }

    [Test]
    public void ABlackholeSwallowsOneDirection()
    {
        LinkBench bench = new LinkBench(LinkSettings.Default with { IsBlackhole = true }).Send(3, 100, 1_000).Run();
        Assert.That(bench.Direction.Counters.Dropped(DropCause.Blackhole), Is.EqualTo(3));
        Assert.That(bench.Direction.HasCarrier, Is.True);
    }

    [Test]
    public void ACutLosesWhatWaitsAndWhatComesAndTellsTheCard()
    {
        // At 1 ms a frame: number 0 is on the wire at the cut, 1 and 2 wait, 3 and 4 come while the cable is out.
        LinkBench bench = new LinkBench(LinkBench.Settings(1_000)).Send(3, 101, 0).Send(3, 101, 1_000_000, start: 700_000, first: 3);
        var told = new List<(bool HasCarrier, VirtualTime Time)>();
        bench.Direction.CarrierChanged += carrier => told.Add((carrier, bench.Sender.Now));
        bench.Sender.At(500_000, _ => bench.Direction.Cut());
        bench.Sender.At(600_000, _ => bench.Direction.Cut());
        bench.Sender.At(2_500_000, _ => bench.Direction.Heal());
        bench.Run();
        Assert.Multiple(() =>
        {
            Assert.That(bench.Witness.ArrivedNumbers, Is.EqualTo(new ulong[] { 0, 5 }));
            Assert.That(bench.Witness.Drops.Select(drop => (drop.Number, drop.Cause)),
                Is.EqualTo(new ulong[] { 1, 2, 3, 4 }.Select(number => (number, DropCause.Carrier))));
            Assert.That(told, Is.EqualTo(new[] { (false, new VirtualTime(500_000)), (true, new VirtualTime(2_500_000)) }));
            Assert.That(bench.Counters.Unaccounted, Is.Zero);
        });
    }

    [Test]
    public void SettingsCanTakeTheCarrierAway()
    {
        LinkBench bench = new LinkBench(LinkSettings.Default with { HasCarrier = false }).Send(1, 100, 0);
        bool? told = null;
        bench.Direction.CarrierChanged += carrier => told = carrier;
        bench.Sender.At(1_000, _ => bench.Direction.Change(LinkSettings.Default));
        bench.Run();
        Assert.That(told, Is.True);
        Assert.That(bench.Direction.Counters.Dropped(DropCause.Carrier), Is.EqualTo(1));
    }

    [Test]
    public void WrongSettingsChangeNothing()
    {
        var bench = new LinkBench(LinkSettings.Default);
        Assert.Multiple(() =>
        {
            foreach (LinkSettings wrong in (LinkSettings[])
            [
                new() { PipelineNanoseconds = 0 },
                new() { Rate = RateSettings.OfBits(-1) },
                new() { Rate = RateSettings.OfBits(RateSettings.LimitBitsPerSecond + 1) },
                new() { Queue = QueueSettings.OfBytes(-1) },
                new() { Queue = QueueSettings.FqCoDel with { Flows = 0 } },
                new() { Queue = new QueueSettings { RedLeastBytes = 9, RedMostBytes = 9 } },
                new() { Delay = TestLab.Networks.Links.Delays.DelaySettings.OfMilliseconds(-1) },
                new() { MtuBytes = -1 },
            ])
            {
                Assert.That(() => bench.Direction.Change(wrong), Throws.ArgumentException);
                Assert.That(bench.Direction.Settings, Is.EqualTo(LinkSettings.Default));
            }
        });
    }
}
