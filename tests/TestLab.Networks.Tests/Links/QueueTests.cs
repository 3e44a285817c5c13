using TestLab.Networks.Links;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

public sealed class QueueTests
{
    private const int FrameNanoseconds = 1_000_000;

    [Test]
    public void DropsStartExactlyAtTheLimitInFrames()
    {
        LinkBench bench = Burst(QueueSettings.OfFrames(7), 20);
        Assert.That(bench.Witness.ArrivedNumbers, Is.EqualTo(Numbers(0, 8)), "one on the wire and seven that wait");
        Assert.That(bench.Witness.DroppedNumbers, Is.EqualTo(Numbers(8, 12)));
        Assert.That(bench.Direction.Counters.QueueFramesMost, Is.EqualTo(7));
    }

    [TestCase(0, 0), TestCase(124, 0), TestCase(125, 1), TestCase(1_249, 9), TestCase(1_250, 10)]
    public void DropsStartExactlyAtTheLimitInBytes(int bytes, int waiting)
    {
        LinkBench bench = Burst(QueueSettings.OfBytes(bytes), 20);
        Assert.That(bench.Witness.Arrivals, Has.Count.EqualTo(1 + waiting));
        Assert.That(bench.Direction.Counters.QueueBytesMost, Is.EqualTo(125 * waiting));
        Assert.That(bench.Direction.Counters.Dropped(DropCause.QueueFull), Is.EqualTo((ulong)(19 - waiting)));
    }

    [Test]
    public void TheLongestWaitIsTheLimitAtTheRate()
    {
        LinkBench bench = Burst(QueueSettings.OfMilliseconds(10), 50);
        Assert.That(bench.Direction.QueueLimitBytes, Is.EqualTo(1_250));
        Assert.That(bench.Direction.Counters.QueueNanosecondsMost, Is.EqualTo(10_000_000));
        Assert.That(bench.Witness.Arrivals, Has.Count.EqualTo(11));
    }

    [TestCase(1_000, 65_536), TestCase(100_000, 1_250_000), TestCase(0, 1L << 27), TestCase(100_000_000, 1L << 27)]
    public void WithoutALimitItIsTheLargerOf64KibibytesAnd100Milliseconds(long kilobits, long bytes) =>
        Assert.That(QueueSettings.Default.EffectiveBytes(RateSettings.OfKilobits(kilobits)), Is.EqualTo(bytes));

    [Test]
    public void AQueueNeverHoldsMoreThanTheHardLimit()
    {
        var bench = new LinkBench(LinkBench.Settings(1) with
        {
            Queue = new QueueSettings { LimitBytes = long.MaxValue, LimitFrames = int.MaxValue },
        });
        byte[] frame = TestFrames.Udp(60, 0);
        for (int i = 0; i < QueueSettings.HardLimitFrames + 100; i++) bench.Direction.Send(VirtualTime.Zero, frame);
        Assert.That(bench.Direction.Counters.QueueFrames, Is.EqualTo(QueueSettings.HardLimitFrames));
    }

    [Test]
    public void ASmallerLimitTakesNoMoreUntilTheQueueHasDrained()
    {
        LinkBench bench = Bench(QueueSettings.OfFrames(10)).Send(11, 101, 0).Send(4, 101, FrameNanoseconds, 500_000, 11);
        bench.Sender.At(100_000, _ => bench.Direction.Change(bench.Direction.Settings with { Queue = QueueSettings.OfFrames(8) }));
        bench.Run();
        Assert.That(bench.Witness.DroppedNumbers, Is.EqualTo(Numbers(11, 3)));
    }

    [Test]
    public void AnotherKindOfQueueTakesOverWhatWaits([Values] QueueKind from, [Values] QueueKind to)
    {
        LinkBench bench = Bench(new QueueSettings { Kind = from }).Send(9, 101, 0);
        bench.Sender.At(3_500_000, _ => bench.Direction.Change(bench.Direction.Settings with { Queue = new QueueSettings { Kind = to } }));
        bench.Run();
        Assert.That(bench.Witness.ArrivedNumbers, Is.EqualTo(Numbers(0, 9)));
        Assert.That(bench.Witness.Arrivals.Select(arrival => arrival.Decided.Nanoseconds / FrameNanoseconds),
            Is.EqualTo(Enumerable.Range(0, 9)));
    }

    [Test]
    public void ControlledDelayDropsWhenTheReferenceDoes([Values(1, 2, 3, 4)] int seed)
    {
        // Load that comes and goes: so that it enters, leaves and enters again while it remembers.
        var random = new RandomStream((ulong)seed, "codel", "test");
        LinkBench bench = Bench(QueueSettings.CoDel with { LimitFrames = 10_000 });
        var reference = new CoDelReference(FrameNanoseconds, 125);
        long time = 0;
        for (ulong i = 0; i < 6_000; i++)
        {
            bool isBusy = time / 700_000_000 % 2 == 0;
            time += (long)random.NextBelow(isBusy ? 1_500_000UL : 2_600_000);
            byte[] frame = TestFrames.Udp(101, i);
            bench.Sender.At(time, now => bench.Direction.Send(now, frame));
            reference.Add(time, i);
        }

        bench.Run();
        reference.Run();
        Assert.That(bench.Witness.Drops.Select(drop => (drop.Time.Nanoseconds, drop.Number)), Is.EqualTo(reference.Drops));
        Assert.That(reference.Drops, Has.Count.GreaterThan(50));
    }

    [Test]
    public void ControlledDelayHoldsTheWaitNearItsTargetWhereSendersYield()
    {
        // Twice the rate, from a sender that halves its load for 200 ms when a frame is lost: what TCP does, in outline.
        LinkBench tail = Yielding(QueueSettings.OfFrames(1_000));
        LinkBench codel = Yielding(QueueSettings.CoDel);
        TestContext.Out.WriteLine($"median delay: drop-tail {Median(tail)} ms, CoDel {Median(codel)} ms");
        Assert.That(Median(codel), Is.LessThan(60));
        Assert.That(Median(tail), Is.GreaterThan(10 * Median(codel)));

        static long Median(LinkBench bench) => bench.Direction.Delays.PercentileNanoseconds(50) / FrameNanoseconds;
    }

    [Test]
    public void MarksReplaceDropsWhereTheSenderUnderstands()
    {
        LinkBench bench = Bench(QueueSettings.CoDel with { MarksCongestion = true }).Send(900, 101, 500_000, congestion: 2).Run();
        var marked = bench.Witness.Arrivals.Where(arrival => (arrival.Content[15] & 3) == 3).ToList();
        Assert.That(bench.Witness.Drops, Is.Empty);
        Assert.That(marked, Has.Count.EqualTo((int)bench.Direction.Counters.FramesMarked).And.Count.GreaterThan(5));
        Assert.That(marked.TrueForAll(arrival => TestFrames.IsHeaderIntact(arrival.Content)), Is.True);
    }

    [Test]
    public void AThinFlowDoesNotWaitBehindAThickOne()
    {
        LinkBench bench = Bench(QueueSettings.FqCoDel).Send(3_000, 101, 500_000);
        for (int i = 0; i < 50; i++)
        {
            byte[] thin = TestFrames.Udp(101, 1_000_000, sourcePort: 53);
            bench.Sender.At(100_000_000 + i * 20_000_000L, now => bench.Direction.Send(now, thin));
        }

        bench.Run();
        var waits = bench.Witness.Arrivals.Where(arrival => arrival.Number == 1_000_000)
            .Zip(bench.Witness.Sendings.Where(sending => sending.Number == 1_000_000),
                (arrival, sending) => arrival.Decided.Since(sending.Sent)).ToList();
        Assert.That(waits, Has.Count.EqualTo(50));
        Assert.That(waits.Max(), Is.LessThanOrEqualTo(FrameNanoseconds), "its turn comes after the frame on the wire");
        Assert.That(bench.Direction.Counters.Dropped(DropCause.CoDel), Is.GreaterThan(0));
    }

    [Test]
    public void FlowsShareTheLinkEvenly()
    {
        // One sends four times as much as each of the others; each gets a third.
        LinkBench bench = Bench(QueueSettings.FqCoDel);
        int[] gaps = [250_000, 1_000_000, 1_000_000];
        for (int flow = 0; flow < gaps.Length; flow++)
        {
            for (long time = 0; time < 2_000_000_000; time += gaps[flow])
            {
                byte[] frame = TestFrames.Udp(101, (ulong)flow, (ushort)(100 + flow));
                bench.Sender.At(time, now => bench.Direction.Send(now, frame));
            }
        }

        bench.Run(2_000_000_000);
        int[] shares = [.. Enumerable.Range(0, 3).Select(flow => bench.Witness.Arrivals.Count(arrival => arrival.Number == (ulong)flow))];
        TestContext.Out.WriteLine($"frames of each flow: {string.Join(", ", shares)}");
        Assert.That(shares, Is.All.EqualTo(667).Within(15));
    }

    [Test]
    public void AnOverflowOfFlowsHitsTheLongest()
    {
        LinkBench bench = Bench(QueueSettings.FqCoDel with { LimitFrames = 100 });
        byte[] thin = TestFrames.Udp(101, 1, sourcePort: 53);
        byte[] thick = TestFrames.Udp(101, 2, sourcePort: 80);
        for (int i = 0; i < 10; i++) bench.Direction.Send(VirtualTime.Zero, thin);
        for (int i = 0; i < 500; i++) bench.Direction.Send(VirtualTime.Zero, thick);
        Assert.That(bench.Direction.Counters.QueueFrames, Is.LessThanOrEqualTo(100));
        Assert.That(bench.Witness.DroppedNumbers, Is.All.EqualTo(2));
        Assert.That(bench.Counters.Unaccounted, Is.Zero);
    }

    [Test]
    public void EarlyDetectionDropsWhenTheReferenceDoes()
    {
        var settings = new QueueSettings
        {
            Kind = QueueKind.Red,
            LimitFrames = 200,
            RedLeastBytes = 1_000,
            RedMostBytes = 4_000,
            RedProbability = TestLab.Networks.Links.Faults.Probability.OfPercent(10),
            RedWeightBits = 5,
        };
        var random = new RandomStream(5, "red", "test");
        LinkBench bench = Bench(settings);
        var reference = new RedReference(settings, FrameNanoseconds, 125, 1_000_000);
        long time = 0;
        for (ulong i = 0; i < 5_000; i++)
        {
            bool isBusy = time / 300_000_000 % 2 == 0;
            time += (long)random.NextBelow(isBusy ? 1_400_000UL : 3_000_000);
            byte[] frame = TestFrames.Udp(101, i);
            bench.Sender.At(time, now => bench.Direction.Send(now, frame));
            reference.Send(time, i);
        }

        bench.Run();
        Assert.That(bench.Witness.DroppedNumbers, Is.EqualTo(reference.Drops));
        Assert.That(reference.Drops, Has.Count.GreaterThan(50));
        Assert.That(bench.Direction.Counters.Dropped(DropCause.Red), Is.EqualTo(reference.Drops.Count));
    }

    // A frame of 101 bytes is 125 on the wire: 1 ms at 1 Mbit/s.
    private static LinkBench Bench(QueueSettings queue) => new(LinkBench.Settings(1_000) with { Queue = queue });

    private static LinkBench Burst(QueueSettings queue, int frames) => Bench(queue).Send(frames, 101, 0).Run();

    private static IEnumerable<ulong> Numbers(int first, int count) => Enumerable.Range(first, count).Select(i => (ulong)i);

    private static LinkBench Yielding(QueueSettings queue)
    {
        LinkBench bench = Bench(queue);
        byte[] frame = TestFrames.Udp(101, 0);
        ulong lost = 0;
        VirtualTime yieldsUntil = VirtualTime.Zero;
        void SendOne(VirtualTime now)
        {
            bench.Direction.Send(now, frame);
            ulong losses = bench.Direction.Counters.FramesDropped;
            if (losses > lost) yieldsUntil = now.After(200_000_000);
            lost = losses;
            bench.Sender.At(now.After(now < yieldsUntil ? 1_600_000 : 900_000), SendOne);
        }

        bench.Sender.At(0, SendOne);
        return bench.Run(60_000_000_000);
    }
}
