using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

public sealed class JitterTests
{
    private const double Millisecond = 1e6;

    private static IEnumerable<DelayDistribution> Distributions => DelayDistribution.Named;

    [TestCase(1_200_000), TestCase(9_000_000)]
    public void OrderedJitterHasNoBiasAndNeverReorders(long gapNanoseconds)
    {
        double[] delays = Delays(new DelaySettings
        {
            PropagationNanoseconds = 50_000_000,
            JitterNanoseconds = 10_000_000,
        }, 200_000, gapNanoseconds, out int reordered);
        Assert.Multiple(() =>
        {
            Assert.That(reordered, Is.Zero);
            Assert.That(delays.Average(), Is.EqualTo(50).Within(0.5).Percent);
            Assert.That(delays.Min(), Is.InRange(40, 41));
            Assert.That(delays.Max(), Is.InRange(59, 60));
        });
    }

    [Test]
    public void FramesBackToBackNeverReorderWhateverTheDistribution([ValueSource(nameof(Distributions))] DelayDistribution distribution)
    {
        Delays(new DelaySettings
        {
            PropagationNanoseconds = 3_000_000,
            JitterNanoseconds = 2_000_000,
            Distribution = distribution,
        }, 200_000, 700, out int reordered);
        Assert.That(reordered, Is.Zero);
    }

    [Test]
    public void OrderedNormalJitterHasTheDeviationItIsGiven()
    {
        double[] delays = Delays(new DelaySettings
        {
            PropagationNanoseconds = 100_000_000,
            JitterNanoseconds = 10_000_000,
            Distribution = DelayDistribution.Normal,
        }, 300_000, 15_000_000, out _);
        Assert.That(delays.Average(), Is.EqualTo(100).Within(0.3));
        Assert.That(Deviation(delays), Is.EqualTo(10).Within(0.2));
    }

    [Test]
    public void IndependentJitterIsItsDistribution([ValueSource(nameof(Distributions))] DelayDistribution distribution)
    {
        double[] delays = Delays(new DelaySettings
        {
            PropagationNanoseconds = 100_000_000,
            JitterNanoseconds = 10_000_000,
            Mode = JitterMode.Independent,
            Distribution = distribution,
        }, 300_000, 1_000_000, out int reordered);
        Array.Sort(delays);
        TestContext.Out.WriteLine($"{distribution.Name,-14}{"quantile",10}{"expected ms",14}{"measured ms",14}");
        foreach (double quantile in new[] { 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99 })
        {
            double expected = 100 + 10 * Math.Min(Reference(distribution.Name, quantile), 4);
            double measured = delays[(int)(quantile * delays.Length)];
            TestContext.Out.WriteLine($"{"",-14}{quantile,10}{expected,14:F3}{measured,14:F3}");
            Assert.That(measured, Is.EqualTo(expected).Within(0.5).Percent, $"{distribution.Name} at {quantile}");
        }

        Assert.That(reordered, Is.GreaterThan(1_000));
    }

    [Test]
    public void TheNormalTableHasMeanZeroAndDeviationOne()
    {
        double[] values = [.. Enumerable.Range(0, 1 << 16).Select(i =>
            DelayDistribution.Normal.At(((ulong)i << 48) + (1UL << 47)) / (double)DelayDistribution.One)];
        Assert.That(values.Average(), Is.EqualTo(0).Within(1e-4));
        Assert.That(Deviation(values), Is.EqualTo(1).Within(1e-3));
    }

    [Test]
    public void ATableIsTakenAsItStands()
    {
        DelayDistribution table = DelayDistribution.ParseTable("# two values\n-8192 0\n  8192\n");
        Assert.Multiple(() =>
        {
            Assert.That(table.At(0), Is.EqualTo(-DelayDistribution.One));
            Assert.That(table.At(1UL << 63), Is.EqualTo(0));
            Assert.That(table.At(ulong.MaxValue), Is.InRange(DelayDistribution.One - 1, DelayDistribution.One));
            Assert.That(() => DelayDistribution.ParseTable("1 x"), Throws.TypeOf<FormatException>());
            Assert.That(() => DelayDistribution.ParseTable("5 4"), Throws.ArgumentException);
            Assert.That(() => DelayDistribution.ParseTable("5"), Throws.ArgumentException);
            Assert.That(() => DelayDistribution.OfTable(new short[DelayDistribution.TableLimit + 1]), Throws.ArgumentException);
        });
    }

    [Test]
    public void CorrelationMakesNeighboursAlikeAndChangesNothingElse()
    {
        double[] delays = Delays(new DelaySettings
        {
            PropagationNanoseconds = 50_000_000,
            JitterNanoseconds = 10_000_000,
            Mode = JitterMode.Independent,
            Correlation = Probability.OfPercent(75),
        }, 300_000, 30_000_000, out _);
        double mean = delays.Average();
        double covariance = delays.Zip(delays.Skip(1), (left, right) => (left - mean) * (right - mean)).Average();
        Assert.That(mean, Is.EqualTo(50).Within(0.1));
        Assert.That(Deviation(delays), Is.EqualTo(10 / Math.Sqrt(3)).Within(0.05));
        Assert.That(covariance / (Deviation(delays) * Deviation(delays)), Is.EqualTo(0.75).Within(0.01));
    }

    [Test]
    public void DelaysAreNeverNegative()
    {
        foreach (JitterMode mode in Enum.GetValues<JitterMode>())
        {
            double[] delays = Delays(new DelaySettings
            {
                PropagationNanoseconds = 1_000_000,
                JitterNanoseconds = 5_000_000,
                Mode = mode,
            }, 20_000, 1_000_000, out _);
            Assert.That(delays.Min(), Is.Zero);
        }
    }

    // From being handed over to arriving, less the pipelines, in milliseconds.
    private static double[] Delays(DelaySettings settings, int count, long gapNanoseconds, out int reordered)
    {
        var bench = new LinkBench(new LinkSettings { Delay = settings });
        byte[] frame = TestFrames.Udp(60, 0);
        void SendOne(VirtualTime now)
        {
            bench.Direction.Send(now, frame);
            if (bench.Direction.Counters.FramesSent < (ulong)count) bench.Sender.At(now.After(gapNanoseconds), SendOne);
        }

        bench.Sender.At(0, SendOne);
        bench.Run(long.MaxValue - 1);
        var arrivals = bench.Witness.Arrivals;
        Assert.That(arrivals, Has.Count.EqualTo(count));
        reordered = arrivals.Zip(arrivals.Skip(1)).Count(pair => pair.Second.Time < pair.First.Time);
        return [.. arrivals.Select(arrival =>
            (arrival.Time.Since(arrival.Decided) - LinkSettings.DefaultPipelineNanoseconds) / Millisecond)];
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>Quantiles by the closed formulas and, for the normal distribution, by bisection of a numeric integral.</summary>
    private static double Reference(string name, double quantile) => name switch
    {
        "uniform" => 2 * quantile - 1,
        "normal" => NormalQuantile(quantile),
        "pareto" => (Math.Pow(1 - quantile, -1.0 / 3) - 1.5) * 4 / 3,
        _ => 0.25 * NormalQuantile(quantile) + 0.75 * (Math.Pow(1 - quantile, -1.0 / 3) - 1.5) * 4 / 3,
    };

    private static double NormalQuantile(double quantile)
    {
        (double low, double high) = (-6, 6);
        for (int i = 0; i < 50; i++)
        {
            double middle = (low + high) / 2;
            if (NormalShare(middle) < quantile) low = middle;
            else high = middle;
        }

        return low;
    }

    private static double NormalShare(double x)
    {
        const int Steps = 2_000;
        double step = (x + 8) / Steps;
        double sum = 0;
        for (int i = 0; i < Steps; i++)
        {
            double middle = -8 + (i + 0.5) * step;
            sum += Math.Exp(-middle * middle / 2) * step;
        }

        return sum / Math.Sqrt(2 * Math.PI);
    }
}
