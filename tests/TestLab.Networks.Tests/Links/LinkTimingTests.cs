using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

public sealed class LinkTimingTests
{
    private const long Pipeline = LinkSettings.DefaultPipelineNanoseconds;

    [TestCase(10_000, 0), TestCase(100_000, 1), TestCase(1_000_000, 50), TestCase(56, 120)]
    public void AFrameOnAnIdleLinkTakesItsBitsTheDelayAndThePipelines(long kilobits, int delayMilliseconds)
    {
        // The 56 bytes of a ping make a frame of 98, 122 on the wire.
        LinkBench bench = new LinkBench(LinkBench.Settings(kilobits, delayMilliseconds)).Send(5, 98, 1_000_000_000).Run();
        long travel = 122 * 8 * 1_000_000L / kilobits + delayMilliseconds * 1_000_000L + Pipeline;
        Assert.That(bench.Witness.Arrivals.Select((arrival, i) => arrival.Time.Nanoseconds - i * 1_000_000_000L),
            Is.All.EqualTo(travel));
    }

    [Test]
    public void TheSlopeOfDelayOverSizeIsTheRate()
    {
        LinkBench small = new LinkBench(LinkBench.Settings(10_000)).Send(1, 106, 0).Run();
        LinkBench large = new LinkBench(LinkBench.Settings(10_000)).Send(1, 1_514, 0).Run();
        long difference = large.Witness.Arrivals[0].Time.Since(small.Witness.Arrivals[0].Time);
        Assert.That(difference, Is.EqualTo((1_514 - 106) * 8 * 100));
    }

    [Test]
    public void TwiceTheRateInGivesExactlyTheRateOut()
    {
        TestContext.Out.WriteLine($"{"configured Mbit/s",18}{"expected payload",20}{"measured",20}{"error %",12}");
        foreach (long megabits in new long[] { 1, 10, 95, 1_000 })
        {
            const int Frames = 20_000;
            long gap = 1_538 * 8 * 1_000L / megabits / 2;
            LinkBench bench = new LinkBench(LinkBench.Settings(megabits * 1_000)).Send(Frames, 1_514, gap).Run();
            // From the first arrival to the last: a rate has no beginning.
            var arrivals = bench.Witness.Arrivals;
            long span = arrivals[^1].Time.Since(arrivals[0].Time);
            double measured = (arrivals.Count - 1) * 1_472.0 * 8 * 1e9 / span;
            double expected = Goodput.Udp(RateSettings.OfKilobits(megabits * 1_000), 1_472);
            double error = (measured / expected - 1) * 100;
            TestContext.Out.WriteLine($"{megabits,18}{expected,20:F0}{measured,20:F0}{error,12:F6}");
            Assert.That(error, Is.EqualTo(0).Within(0.001));
            Assert.That(bench.Counters.Counters.Dropped(DropCause.QueueFull), Is.GreaterThan(0));
        }
    }

    [Test]
    public void AFrameThatWaitsGoesAtTheRateOfItsTurn()
    {
        // Two frames of 1 ms each at 1 Mbit/s; the rate doubles while the first is on its way onto the wire.
        LinkBench bench = new LinkBench(LinkBench.Settings(1_000)).Send(2, 101, 0);
        bench.Sender.At(500_000, _ => bench.Direction.Change(LinkBench.Settings(2_000)));
        bench.Run();
        Assert.That(bench.Witness.Arrivals.Select(arrival => arrival.Time.Nanoseconds),
            Is.EqualTo(new[] { 1_000_000 + Pipeline, 1_500_000 + Pipeline }));
    }

    [Test]
    public void WhatIsOnTheWireKeepsItsDelayAndNothingOvertakesIt()
    {
        LinkBench bench = new LinkBench(LinkBench.Settings(100_000, 50)).Send(2, 101, 1_000_000);
        bench.Sender.At(500_000, _ => bench.Direction.Change(LinkBench.Settings(100_000, 1)));
        bench.Run();
        // Sent 0.5 ms after the change, the second arrives with the first possible arrival of the old promise or later.
        Assert.That(bench.Witness.Arrivals.Select(arrival => arrival.Time.Nanoseconds), Is.Ordered);
        long promised = 500_000 + LinkBench.Settings(100_000, 50).LookaheadNanoseconds;
        Assert.That(bench.Witness.Arrivals[1].Time.Nanoseconds, Is.EqualTo(promised));
    }

    [Test]
    public void TheLookaheadIsTheLeastThatTheSettingsCanGive()
    {
        var jittery = new LinkSettings
        {
            Rate = RateSettings.OfKilobits(1_000),
            Delay = DelaySettings.OfMilliseconds(50, 10),
        };
        Assert.Multiple(() =>
        {
            Assert.That(LinkSettings.Default.LookaheadNanoseconds, Is.EqualTo(Pipeline));
            Assert.That(LinkBench.Settings(100_000).LookaheadNanoseconds, Is.EqualTo(Pipeline + 6_720));
            Assert.That(jittery.LookaheadNanoseconds, Is.EqualTo(Pipeline + 672_000 + 40_000_000));
        });
    }

    [Test]
    public void AnUnlimitedLinkTakesNoTimeButTheDelay()
    {
        LinkBench bench = new LinkBench(LinkBench.Settings(0, 3)).Send(10, 1_514, 0).Run();
        Assert.That(bench.Witness.Arrivals.Select(arrival => arrival.Time.Nanoseconds), Is.All.EqualTo(3_000_000 + Pipeline));
    }

    [Test]
    public void ATimetableChangesTheSettingsOverAndOver()
    {
        LinkSettings near = LinkBench.Settings(0, 1);
        LinkSettings far = LinkBench.Settings(0, 5);
        LinkBench bench = new LinkBench(near).Send(8, 101, 10_000_000, start: 5_000_000);
        bench.Direction.Follow(new LinkTimetable(
            [new LinkTimetableEntry(0, near), new LinkTimetableEntry(20_000_000, far)], periodNanoseconds: 40_000_000));
        bench.Run(90_000_000);
        Assert.That(bench.Witness.Arrivals.Select(arrival => arrival.Time.Since(arrival.Decided) / 1_000_000),
            Is.EqualTo(new long[] { 1, 1, 5, 5, 1, 1, 5, 5 }));
    }

    [Test]
    public void ATraceLinkDeliversAtItsOpportunities()
    {
        var trace = new LinkSettings
        {
            Rate = new RateSettings { Layer = RateLayer.Ip, OverheadBytes = 4, Trace = DeliveryTrace.Parse("10\n20\n20\n50\n") },
            Queue = QueueSettings.OfFrames(100),
        };
        LinkBench bench = new LinkBench(trace).Send(6, 1_514, 0).Run();
        Assert.That(bench.Witness.Arrivals.Select(arrival => (arrival.Time.Nanoseconds - Pipeline) / 1_000_000),
            Is.EqualTo(new long[] { 10, 20, 20, 50, 60, 70 }));
    }

    [Test]
    public void MoreTrafficElsewhereMovesNothing()
    {
        LinkSettings settings = LinkBench.Settings(2_000, 20) with
        {
            Delay = DelaySettings.OfMilliseconds(20, 5),
            Loss = TestLab.Networks.Links.Faults.LossModel.RandomPercent(5),
            Duplicate = TestLab.Networks.Links.Faults.Chance.OfPercent(3),
            Corrupt = TestLab.Networks.Links.Faults.Chance.OfPercent(3),
        };
        LinkBench alone = new LinkBench(settings).Send(500, 400, 1_700_000).Run();
        LinkBench crowded = new LinkBench(settings).Send(500, 400, 1_700_000);
        var other = new LinkDirection(crowded.Sender, new LinkPath("client/lan"), LinkWay.Up, LinkBench.Seed, settings);
        for (int i = 0; i < 3_000; i++)
            crowded.Sender.At(i * 300_000L, now => other.Send(now, TestFrames.Udp(900, 7)));
        crowded.Run();
        Assert.That(crowded.Witness.Arrivals, Is.EqualTo(alone.Witness.Arrivals).Using<(VirtualTime Decided, VirtualTime Time, ulong Number, byte[] Content)>(
            (left, right) => left.Time == right.Time && left.Content.AsSpan().SequenceEqual(right.Content)));
        Assert.That(crowded.Witness.Drops, Is.EqualTo(alone.Witness.Drops));
        Assert.That(other.Counters.FramesSent, Is.EqualTo(3_000));
    }
}
