using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using static TestLab.Networks.Tests.Segments.StationFrames;

namespace TestLab.Networks.Tests.Segments;

public sealed class LearningSwitchTests
{
    private const long Latency = 5_000;

    [Test]
    public void AFrameForAnUnknownStationIsFloodedAndTheAnswerIsNot()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Of(Bob, Alice));
        bench.Exchange("b", Of(Alice, Bob));
        Assert.That(bench.At("b").Frames, Has.Count.EqualTo(1));
        Assert.That(bench.At("c").Frames, Has.Count.EqualTo(1), "The flood reaches everybody.");
        Assert.That(bench.At("a").Frames, Has.Count.EqualTo(1), "The answer finds its way; nobody hears himself.");
    }

    [Test]
    public void AFrameLeavesOneLatencyAfterItCameUnchanged()
    {
        SegmentBench bench = Bench();
        byte[] frame = Of(Bob, Alice, 1_514, fill: 0x5A);
        bench.Send("a", new VirtualTime(1_000_003), frame);
        bench.Segment.Advance(new VirtualTime(1_000_003 + Latency));
        Assert.That(bench.At("b").Frames, Is.Empty);
        bench.Segment.Advance(new VirtualTime(1_000_004 + Latency));
        Assert.That(bench.At("b").Frames.Single().Time, Is.EqualTo(new VirtualTime(1_000_003 + Latency)));
        Assert.That(bench.At("b").Last, Is.EqualTo(frame));
    }

    [Test]
    public void AStationIsForgottenAfterItsAge()
    {
        SegmentBench bench = Bench();
        bench.Send("b", VirtualTime.Zero, Of(Alice, Bob));
        bench.Send("a", VirtualTime.FromSeconds(300), Of(Bob, Alice));
        bench.Send("a", new VirtualTime(300 * VirtualTime.NanosecondsPerSecond + 1), Of(Bob, Alice));
        bench.Segment.Advance(VirtualTime.FromSeconds(301));
        Assert.That(bench.At("b").Frames, Has.Count.EqualTo(2));
        Assert.That(bench.At("c").Frames, Has.Count.EqualTo(2), "Bob's first frame, and the one after he was forgotten.");
    }

    [Test]
    public void AStationThatMovesIsFoundAtItsNewPort()
    {
        SegmentBench bench = Bench();
        bench.Exchange("b", Of(HardwareAddress.Broadcast, Bob));
        bench.Exchange("c", Of(HardwareAddress.Broadcast, Bob));
        bench.At("c").Frames.Clear();
        bench.At("b").Frames.Clear();
        bench.Exchange("a", Of(Bob, Alice));
        Assert.That(bench.At("c").Frames, Has.Count.EqualTo(1));
        Assert.That(bench.At("b").Frames, Is.Empty);
    }

    [Test]
    public void APulledCableForgetsItsStations()
    {
        SegmentBench bench = Bench();
        bench.Exchange("b", Of(Alice, Bob));
        bench.Segment.Switch.Forget(bench.Ports["b"]);
        Assert.That(bench.Segment.Switch.TableCount, Is.Zero);
    }

    [Test]
    public void AFullTableFloodsAndTakesTheNextWhenTheOldestHasAged()
    {
        SegmentBench bench = Bench(new SwitchOptions { TableLimit = 4 });
        for (ulong station = 0; station < 6; station++)
            bench.Send("a", new VirtualTime((long)station), Of(HardwareAddress.Broadcast, new HardwareAddress(0x0200_0000_0100 + station)));
        bench.Segment.Advance(VirtualTime.FromSeconds(1));
        Assert.That(bench.Segment.Switch.TableCount, Is.EqualTo(4));
        Assert.That(bench.Segment.Switch.Unlearned, Is.EqualTo(2));
        bench.Send("b", VirtualTime.FromSeconds(302), Of(HardwareAddress.Broadcast, Bob));
        bench.Send("a", VirtualTime.FromSeconds(303), Of(Bob, Alice));
        bench.Segment.Advance(VirtualTime.FromSeconds(304));
        Assert.That(bench.Segment.Switch.Unlearned, Is.EqualTo(2));
        Assert.That(bench.At("c").Frames, Has.Count.EqualTo(7), "Six floods and Bob's; what is for Bob goes to Bob.");
    }

    [Test]
    public void TagsPassAndAStationIsKnownInItsOwnNetworkOnly()
    {
        SegmentBench bench = Bench();
        bench.Exchange("b", Tagged(Alice, Bob, 7));
        bench.At("c").Frames.Clear();
        byte[] frame = Tagged(Bob, Alice, 7);
        bench.Exchange("a", frame);
        Assert.That(bench.At("b").TakeOne(), Is.EqualTo(frame));
        Assert.That(bench.At("c").Frames, Is.Empty);
        bench.Exchange("a", Tagged(Bob, Alice, 8));
        Assert.That(bench.At("c").Frames, Has.Count.EqualTo(1), "In network 8, Bob is unknown.");
    }

    [Test]
    public void IsolatedPortsReachTheOthersOnly()
    {
        SegmentBench bench = Bench();
        bench.Ports["a"].IsIsolated = bench.Ports["b"].IsIsolated = true;
        bench.Exchange("a", Of(HardwareAddress.Broadcast, Alice));
        bench.Exchange("b", Of(Alice, Bob));
        bench.Exchange("c", Of(Alice, Carol));
        Assert.That(bench.At("b").Frames, Is.Empty);
        Assert.That(bench.At("c").Frames, Has.Count.EqualTo(1));
        Assert.That(bench.At("a").TakeOne(), Is.EqualTo(Of(Alice, Carol)));
        Assert.That(bench.Ports["b"].Counters.Filtered, Is.EqualTo(1));
    }

    [Test]
    public void AnObserverHearsWhatEntersAndLeavesAPortOnceEach()
    {
        SegmentBench bench = Bench();
        bench.Ports["a"].Mirror = bench.Ports["c"];
        bench.Exchange("a", Of(Bob, Alice));
        Assert.That(bench.At("c").TakeOne(), Is.EqualTo(Of(Bob, Alice)), "A flood reaches the observer anyway, once.");
        bench.Exchange("b", Of(Alice, Bob));
        Assert.That(bench.At("c").TakeOne(), Is.EqualTo(Of(Alice, Bob)));
        bench.Exchange("a", Of(Bob, Alice, fill: 9));
        Assert.That(bench.At("c").TakeOne(), Is.EqualTo(Of(Bob, Alice, fill: 9)));
        Assert.That(bench.Ports["c"].Counters.Mirrored, Is.EqualTo(2));
    }

    [TestCase(0)]
    [TestCase(13)]
    public void ARuntIsDropped(int length)
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", new byte[length]);
        Assert.That(bench.Ports["a"].Counters.Runts, Is.EqualTo(1));
        Assert.That(bench.At("b").Frames, Is.Empty);
    }

    [TestCase(1_514, 0)]
    [TestCase(1_515, 1)]
    public void AGiantIsDropped(int length, int dropped)
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Of(Bob, Alice, length));
        Assert.That(bench.Ports["a"].Counters.Giants, Is.EqualTo(dropped));
        Assert.That(bench.At("b").Frames, Has.Count.EqualTo(1 - dropped));
    }

    [Test]
    public void AFrameFromAGroupIsDropped()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Of(Bob, HardwareAddress.Broadcast));
        bench.Exchange("a", Of(Bob, default));
        Assert.That(bench.Ports["a"].Counters.BadSources, Is.EqualTo(2));
        Assert.That(bench.Segment.Switch.TableCount, Is.Zero);
    }

    [Test]
    public void AFrameToBridgesThemselvesIsNotForwarded()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Of(new HardwareAddress(0x0180_C200_000E), Alice));
        Assert.That(bench.At("b").Frames, Is.Empty);
        Assert.That(bench.Ports["a"].Counters.Filtered, Is.EqualTo(1));
    }

    [Test]
    public void AStormIsCutAtItsLimitEveryMillisecond()
    {
        SegmentBench bench = Bench(new SwitchOptions { FloodLimitPerMillisecond = 10 });
        for (int index = 0; index < 100; index++)
            bench.Send("a", new VirtualTime(index * 20_000), Of(HardwareAddress.Broadcast, Alice));
        bench.Segment.Advance(VirtualTime.FromSeconds(1));
        Assert.That(bench.At("b").Frames, Has.Count.EqualTo(20), "Two milliseconds of fifty frames.");
        Assert.That(bench.Ports["a"].Counters.Storms, Is.EqualTo(80));
    }

    [Test]
    public void ALoopOfCablesDiesAtTheLimit()
    {
        SegmentBench bench = Bench(new SwitchOptions { FloodLimitPerMillisecond = 10 });
        // Two cables back into the same switch, with no delay at all: the worst there is.
        bench.Ports["b"].Sink = bench.Ports["c"];
        bench.Ports["c"].Sink = bench.Ports["b"];
        bench.Exchange("a", Of(HardwareAddress.Broadcast, Alice));
        bench.Segment.Advance(VirtualTime.FromMilliseconds(100));
        Assert.That(bench.Ports["a"].Counters.FramesOut, Is.LessThanOrEqualTo(2 * 10 * 100UL));
        Assert.That(bench.Segment.Switch.Counters.Overflows, Is.Zero);
    }

    [Test]
    public void TheSwitchHoldsItsLimitOfBytes()
    {
        SegmentBench bench = Bench(new SwitchOptions { BufferLimitBytes = 3_000 });
        for (int index = 0; index < 5; index++) bench.Send("a", new VirtualTime(index), Of(Bob, Alice, 1_000));
        bench.Segment.Advance(VirtualTime.FromSeconds(1));
        Assert.That(bench.At("b").Frames, Has.Count.EqualTo(3));
        Assert.That(bench.Ports["a"].Counters.Overflows, Is.EqualTo(2));
    }

    [Test]
    public void FramesOfOneMomentGoOutInTheOrderOfTheirPorts()
    {
        SegmentBench bench = Bench();
        bench.Send("b", new VirtualTime(10), Of(Carol, Bob, fill: 2));
        bench.Send("a", new VirtualTime(10), Of(Carol, Alice, fill: 1));
        bench.Segment.Advance(VirtualTime.FromSeconds(1));
        Assert.That(bench.At("c").Frames.Select(frame => frame.Content[20]), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void CountersAddUp()
    {
        SegmentBench bench = Bench();
        bench.Exchange("a", Of(Bob, Alice, 100));
        bench.Exchange("b", Of(Alice, Bob, 200));
        PortCounters sum = bench.Segment.Switch.Counters;
        Assert.That((sum.FramesIn, sum.BytesIn), Is.EqualTo((2UL, 300UL)));
        Assert.That((sum.FramesOut, sum.BytesOut), Is.EqualTo((3UL, 400UL)));
        Assert.That(sum.Dropped, Is.Zero);
    }

    [Test]
    public void ARestoredSwitchGoesOnAsIfNothingHadBeen()
    {
        SegmentBench first = Bench();
        first.Ports["c"].IsIsolated = true;
        first.Ports["a"].Mirror = first.Ports["b"];
        first.Exchange("a", Of(Bob, Alice));
        first.Send("b", first.Segment.Now, Of(Carol, Bob));
        first.Segment.Advance(first.Segment.Now.After(Latency / 2));
        byte[][] state = first.Save();

        SegmentBench second = Bench();
        second.Exchange("c", Of(HardwareAddress.Broadcast, Carol));
        second.At("c").Frames.Clear();
        second.Restore(state);
        Assert.That(second.Save(), Is.EqualTo(state));
        foreach (SegmentBench bench in new[] { first, second })
        {
            bench.At("a").Frames.Clear();
            bench.Send("c", VirtualTime.FromSeconds(1), Of(Alice, Carol));
            bench.Segment.Advance(VirtualTime.FromSeconds(2));
        }

        Assert.That(second.At("a").Frames, Is.EqualTo(first.At("a").Frames).And.Count.EqualTo(2));
        Assert.That(second.Save(), Is.EqualTo(first.Save()));
    }

    [Test]
    public void ADamagedStateIsRefused()
    {
        byte[][] state = Bench().Save();
        Assert.That(() => new SegmentBench(new SegmentOptions(), "a").Restore(state), Throws.TypeOf<SnapshotException>());
    }

    private static SegmentBench Bench(SwitchOptions? options = null) =>
        new(new SegmentOptions { Switch = options ?? new SwitchOptions() }, "a", "b", "c");
}
