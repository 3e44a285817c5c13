using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

public sealed class SerialiserTests
{
    private const int Frames = 1_000_000;

    [TestCase(95_000_000L, 1_538), TestCase(100_000_000_000L, 84), TestCase(999_999_937L, 84), TestCase(56_000L, 1_538)]
    public void FramesBackToBackTakeExactlyTheirBitsAtTheRate(long bitsPerSecond, int countedBytes)
    {
        Serialiser serialiser = Create(RateSettings.OfBits(bitsPerSecond));
        VirtualTime left = VirtualTime.Zero;
        for (int i = 0; i < Frames; i++) left = serialiser.Take(left, countedBytes);
        Int128 exact = (Int128)Frames * countedBytes * 8 * 1_000_000_000 / bitsPerSecond;
        Assert.That(left.Nanoseconds, Is.EqualTo((long)exact));
    }

    [Test]
    public void AnIdleLinkForgetsTheRemainder()
    {
        Serialiser serialiser = Create(RateSettings.OfBits(3_000_000_000)); // 8 bits take 2 2/3 ns.
        Assert.Multiple(() =>
        {
            Assert.That(serialiser.Take(VirtualTime.Zero, 1).Nanoseconds, Is.EqualTo(2));
            Assert.That(serialiser.Take(new VirtualTime(2), 1).Nanoseconds, Is.EqualTo(5));
            Assert.That(serialiser.Take(new VirtualTime(100), 1).Nanoseconds, Is.EqualTo(102), "started anew");
        });
    }

    [TestCase(RateLayer.Wire, 60, 84), TestCase(RateLayer.Wire, 42, 84), TestCase(RateLayer.Wire, 1_514, 1_538)]
    [TestCase(RateLayer.Frame, 60, 60), TestCase(RateLayer.Frame, 1_514, 1_514)]
    [TestCase(RateLayer.Ip, 1_514, 1_500), TestCase(RateLayer.Payload, 1_514, 1_472)]
    public void TheLayerSaysWhichBytesCount(RateLayer layer, int frameBytes, int counted) => Assert.That(
        new RateSettings { Layer = layer }.CountedBytes(frameBytes < 50 ? new byte[frameBytes] : TestFrames.Udp(frameBytes, 0)),
        Is.EqualTo(counted));

    [Test]
    public void VlanTagsAreNoPartOfThePacket()
    {
        byte[] plain = TestFrames.Udp(114, 0);
        byte[] tagged = [.. plain[..12], 0x81, 0x00, 0x00, 0x05, .. plain[12..]];
        Assert.That(new RateSettings { Layer = RateLayer.Ip }.CountedBytes(tagged), Is.EqualTo(100));
    }

    [TestCase(60, 53), TestCase(62, 106), TestCase(1_514, 32 * 53)]
    public void CellsAreCountedWhole(int frameBytes, int counted)
    {
        // PPPoA with VC multiplexing: 10 bytes of overhead on the IP packet, cells of 48 + 5.
        var atm = new RateSettings { Layer = RateLayer.Ip, OverheadBytes = 2, CellBytes = 48, CellOverheadBytes = 5 };
        Assert.That(atm.CountedBytes(TestFrames.Udp(frameBytes, 0)), Is.EqualTo(counted));
    }

    [Test]
    public void TheLeastSizeCountsBeforeCells() => Assert.That(
        new RateSettings { Layer = RateLayer.Frame, OverheadBytes = 4, MinimumBytes = 100 }.CountedBytes(new byte[20]),
        Is.EqualTo(100));

    [Test]
    public void ExpectedGoodputIsTheShareOfThePayload()
    {
        RateSettings gigabit = RateSettings.OfKilobits(1_000_000);
        Assert.Multiple(() =>
        {
            Assert.That(Goodput.Tcp(gigabit, 1_500), Is.EqualTo(1_000_000_000L * 1_448 / 1_538));
            Assert.That(Goodput.Tcp(gigabit, 1_500, hasTimestamps: false), Is.EqualTo(1_000_000_000L * 1_460 / 1_538));
            Assert.That(Goodput.Udp(gigabit, 1_472), Is.EqualTo(1_000_000_000L * 1_472 / 1_538));
            Assert.That(Goodput.Tcp(gigabit with { Layer = RateLayer.Payload }, 1_500), Is.EqualTo(1_000_000_000L));
            Assert.That(Goodput.Tcp(RateSettings.None, 1_500), Is.Zero, "no limit");
        });
    }

    [Test]
    public void ATraceDeliversAsItsOpportunitiesCome()
    {
        var trace = DeliveryTrace.Parse("1\n1\n4\n10\n");
        Serialiser serialiser = Create(new RateSettings { Layer = RateLayer.Ip, Trace = trace });
        // At 0: 1500 bytes at 1 ms; 1500 more begin in the 4 left there and end in the second opportunity; 3000 need two more.
        long[] milliseconds = [Leave(0, 1_500), Leave(1, 1_500), Leave(1, 3_000), Leave(10, 1_504), Leave(12, 4), Leave(14, 1_500)];
        Assert.That(milliseconds, Is.EqualTo(new long[] { 1, 1, 10, 11, 14, 14 }));

        long Leave(long at, int bytes) => serialiser.Take(VirtualTime.FromMilliseconds(at), bytes).Nanoseconds / 1_000_000;
    }

    [Test]
    public void ATraceAgreesWithAWalkThroughItsMilliseconds([Values(1, 2, 3)] int seed)
    {
        var random = new RandomStream((ulong)seed, "trace", "test");
        uint[] milliseconds = [.. Enumerable.Range(0, 40).Select(_ => (uint)random.NextBelow(60)).Append(60u).Order()];
        var trace = new DeliveryTrace(milliseconds);
        Serialiser serialiser = Create(new RateSettings { Trace = trace });
        var walk = new TraceWalk(milliseconds);
        long busy = 0;
        for (int i = 0; i < 3_000; i++)
        {
            long start = busy + (random.NextBelow(4) == 0 ? (long)random.NextBelow(30) : 0);
            int bytes = 40 + (int)random.NextBelow(3_000);
            busy = walk.Take(start, bytes);
            Assert.That(serialiser.Take(VirtualTime.FromMilliseconds(start), bytes), Is.EqualTo(VirtualTime.FromMilliseconds(busy)), $"frame {i}");
        }
    }

    [TestCase(""), TestCase("0\n"), TestCase("5\n3\n"), TestCase("1\nx\n"), TestCase("-1\n")]
    public void WhatIsNoTraceIsRefused(string text) =>
        Assert.That(() => DeliveryTrace.Parse(text), Throws.InstanceOf<ArgumentException>().Or.InstanceOf<FormatException>());

    private static Serialiser Create(RateSettings settings)
    {
        var serialiser = new Serialiser();
        serialiser.Change(settings);
        return serialiser;
    }

    /// <summary>A trace link by going from millisecond to millisecond, with no closed form.</summary>
    private sealed class TraceWalk(uint[] milliseconds)
    {
        private long _now = -1;
        private long _bytes;

        public long Take(long start, int bytes)
        {
            if (_now < start) GoTo(start);
            while (bytes > _bytes)
            {
                bytes -= (int)_bytes;
                GoTo(_now + 1);
            }

            _bytes -= bytes;
            return _now;
        }

        private void GoTo(long millisecond)
        {
            uint period = milliseconds[^1];
            _now = millisecond;
            _bytes = DeliveryTrace.OpportunityBytes * milliseconds.LongCount(line => line == millisecond % period
                || (line == period && millisecond % period == 0 && millisecond > 0));
        }
    }
}
