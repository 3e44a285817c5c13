using TestLab.Networks.Links;
using TestLab.Networks.Links.Faults;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

/// <summary>The frames that are lost are exactly those that an oracle names which knows nothing of the link.</summary>
public sealed class LossTests
{
    private const int Frames = 20_000;

    [TestCase(1), TestCase(0.01), TestCase(50), TestCase(100)]
    public void RandomLossIsTheOracles(double percent)
    {
        ulong threshold = percent == 100 ? ulong.MaxValue : (ulong)(UInt128)((decimal)percent / 100 * 18_446_744_073_709_551_616m);
        RandomStream numbers = Stream("loss");
        AssertLost(LossModel.RandomPercent((decimal)percent), i => numbers.At((ulong)i) < threshold);
    }

    [Test]
    public void CorrelatedLossKeepsItsProbability()
    {
        RandomStream numbers = Stream("loss");
        RandomStream repeats = Stream("loss-repeat");
        ulong last = 0;
        bool[] lost = AssertLost(LossModel.Random(new Chance(Probability.OfPercent(25), Probability.OfPercent(50))), i =>
        {
            if (i == 0 || repeats.At((ulong)i) >= 1UL << 63) last = numbers.At((ulong)i);
            return last < 1UL << 62;
        });
        double pairs = lost.Zip(lost.Skip(1), (left, right) => left && right ? 1 : 0).Sum() / (double)lost.Count(isLost => isLost);
        Assert.Multiple(() =>
        {
            Assert.That(lost.Count(isLost => isLost) / (double)Frames, Is.EqualTo(0.25).Within(0.02));
            Assert.That(pairs, Is.EqualTo(0.5 + 0.5 * 0.25).Within(0.02), "who follows a lost frame");
        });
    }

    [Test]
    public void GilbertElliottIsTheOracles()
    {
        RandomStream transitions = Stream("loss-state");
        RandomStream losses = Stream("loss");
        bool isBad = false;
        bool[] lost = AssertLost(Bursty(Probability.Always, Probability.Never), i =>
        {
            bool wasBad = isBad;
            if (Fraction(transitions, i) < (wasBad ? 0.25 : 0.01)) isBad = !isBad;
            return wasBad && losses.At((ulong)i) != ulong.MaxValue;
        });
        double share = lost.Count(isLost => isLost) / (double)Frames;
        int bursts = lost.Where((isLost, i) => isLost && (i == 0 || !lost[i - 1])).Count();
        TestContext.Out.WriteLine($"loss: expected 3.846 %, measured {share:P3}; burst: expected 4.0, measured {share * Frames / bursts:F2}");
        Assert.That(share, Is.EqualTo(0.03846).Within(0.006));
        Assert.That(share * Frames / bursts, Is.EqualTo(4).Within(0.5));
    }

    [Test]
    public void BothStatesOfGilbertElliottMayLose()
    {
        LinkBench bench = Bench(Bursty(Probability.OfPercent(60), Probability.OfPercent(5)), 200_000);
        double expected = 1 / 26.0 * 0.6 + 25 / 26.0 * 0.05;
        Assert.That(bench.Direction.Counters.Dropped(DropCause.Loss) / 200_000.0, Is.EqualTo(expected).Within(0.003));
    }

    [Test]
    public void TheFourStateChainIsTheOracles()
    {
        RandomStream transitions = Stream("loss-state");
        int state = 1;
        bool[] lost = AssertLost(
            LossModel.FourState(
                Probability.OfPercent(2), Probability.OfPercent(20), Probability.OfPercent(30), Probability.OfPercent(40),
                Probability.OfPercent(1)),
            i =>
            {
                double u = Fraction(transitions, i);
                state = state switch
                {
                    1 => u < 0.01 ? 4 : u < 0.03 ? 3 : 1,
                    2 => u < 0.40 ? 3 : 2,
                    3 => u < 0.30 ? 2 : u < 0.50 ? 1 : 3,
                    _ => 1,
                };
                return state is 3 or 4;
            });
        Assert.That(lost.Count(isLost => isLost), Is.GreaterThan(Frames / 50));
    }

    [Test]
    public void EveryNthIsLost() => AssertLost(LossModel.EveryNth(7, first: 3), i => i % 7 == 3);

    [Test]
    public void AMaskIsFollowedOnceOrAlways()
    {
        AssertLost(LossModel.Mask("0110", repeats: false), i => i is 1 or 2);
        AssertLost(LossModel.Mask("00001", repeats: true), i => i % 5 == 4);
    }

    [Test]
    public void AWindowLosesWhatLeavesWhileItIsOpen() =>
        AssertLost(LossModel.Window(10_000_000, 4_000_000, 1_000_000), i => i * 10_000L % 10_000_000 is >= 4_000_000 and < 5_000_000);

    [TestCase(""), TestCase("012"), TestCase("10101010101010101010101010101010101010101010101010101010101010101")]
    public void AWrongMaskIsRefused(string pattern) =>
        Assert.That(() => LossModel.Mask(pattern, repeats: true), Throws.ArgumentException);

    [Test]
    public void DuplicatesAreTheOraclesAndArriveTwice()
    {
        RandomStream numbers = Stream("duplicate");
        LinkBench bench = new LinkBench(LinkSettings.Default with { Duplicate = Chance.OfPercent(10) }).Send(Frames, 60, 10_000).Run();
        ulong[] expected = [.. Enumerable.Range(0, Frames).SelectMany(i =>
            Enumerable.Repeat((ulong)i, Fraction(numbers, i) < 0.1 ? 2 : 1))];
        Assert.That(bench.Witness.ArrivedNumbers, Is.EqualTo(expected));
        Assert.That(bench.Direction.Counters.FramesDuplicated, Is.EqualTo((ulong)(expected.Length - Frames)));
    }

    [Test]
    public void CorruptionTurnsOneBitOver()
    {
        RandomStream numbers = Stream("corrupt");
        LinkBench bench = new LinkBench(LinkSettings.Default with { Corrupt = Chance.OfPercent(10) }).Send(2_000, 60, 10_000).Run();
        for (int i = 0; i < 2_000; i++)
        {
            byte[] sent = TestFrames.Udp(60, (ulong)i);
            int flipped = sent.Zip(bench.Witness.Arrivals[i].Content, (left, right) => int.PopCount(left ^ right)).Sum();
            Assert.That(flipped, Is.EqualTo(Fraction(numbers, i) < 0.1 ? 1 : 0), $"frame {i}");
        }
    }

    [Test]
    public void EveryThirdOvertakesThoseWhoTravel()
    {
        LinkSettings settings = LinkBench.Settings(0, 10) with { Reorder = new ReorderSettings(Chance.OfPercent(100), 3) };
        LinkBench bench = new LinkBench(settings).Send(9, 60, 1_000_000).Run();
        Assert.That(bench.Witness.Arrivals.OrderBy(arrival => arrival.Time.Nanoseconds).Select(arrival => arrival.Number),
            Is.EqualTo(new ulong[] { 2, 5, 8, 0, 1, 3, 4, 6, 7 }));
        Assert.That(bench.Direction.Counters.FramesReordered, Is.EqualTo(3));
        Assert.That(bench.Direction.Port.LookaheadNanoseconds, Is.EqualTo(LinkSettings.DefaultPipelineNanoseconds));
    }

    [Test]
    public void LossMarksThoseWhoUnderstandInstead()
    {
        LinkSettings settings = LinkSettings.Default with { Loss = LossModel.EveryNth(2, 0), LossMarksCongestion = true };
        LinkBench bench = new LinkBench(settings).Send(2, 60, 1_000, congestion: 2).Send(2, 60, 1_000, start: 10_000, first: 2).Run();
        Assert.Multiple(() =>
        {
            Assert.That(bench.Witness.ArrivedNumbers, Is.EqualTo(new ulong[] { 0, 1, 3 }));
            Assert.That(bench.Witness.Arrivals[0].Content[15], Is.EqualTo(3));
            Assert.That(TestFrames.IsHeaderIntact(bench.Witness.Arrivals[0].Content), Is.True);
            Assert.That(bench.Direction.Counters.FramesMarked, Is.EqualTo(1));
        });
    }

    private static LossModel Bursty(Probability lossInBad, Probability lossInGood) =>
        LossModel.GilbertElliott(Probability.OfPercent(1), Probability.OfPercent(25), lossInBad, lossInGood);

    private static RandomStream Stream(string purpose) => new(LinkBench.Seed, $"{LinkBench.Path}/up", purpose);

    private static double Fraction(RandomStream stream, int index) => stream.At((ulong)index) / 18_446_744_073_709_551_616.0;

    private static LinkBench Bench(LossModel model, int frames) =>
        new LinkBench(LinkSettings.Default with { Loss = model }).Send(frames, 60, 10_000).Run();

    private static bool[] AssertLost(LossModel model, Func<int, bool> oracle)
    {
        bool[] expected = [.. Enumerable.Range(0, Frames).Select(oracle)];
        LinkBench bench = Bench(model, Frames);
        Assert.That(bench.Witness.DroppedNumbers, Is.EqualTo(
            Enumerable.Range(0, Frames).Where(i => expected[i]).Select(i => (ulong)i)));
        Assert.That(bench.Counters.Unaccounted, Is.Zero);
        return expected;
    }
}
