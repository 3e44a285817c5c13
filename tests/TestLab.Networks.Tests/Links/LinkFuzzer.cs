using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;
using TestLab.Simulation.Execution;

namespace TestLab.Networks.Tests.Links;

/// <summary>Any settings, any frames, any changes: what must hold, holds, and a second run is the same.</summary>
public sealed class LinkFuzzer
{
    private const int Rounds = 250;

    [Test]
    public void EveryFrameIsAccountedForAndEveryRunIsTheSame([Values(1, 2, 3, 4)] int seed)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong key = (ulong)(seed * 1_000_000 + round);
            (string first, string second) = (Run(key), Run(key));
            Assert.That(second, Is.EqualTo(first), $"seed {key}");
        }
    }

    /// <returns>All that happened.</returns>
    private static string Run(ulong key)
    {
        var random = new RandomStream(key, "fuzzer", "settings");
        var bench = new LinkBench(AnySettings(random), seed: key);
        var receiver = new Script("server");
        var received = new List<(VirtualTime Time, int Length)>();
        bench.Direction.Port.Connect(receiver.AddInput("in", (time, content) => received.Add((time, content.Length))));
        for (int i = 0; i < 200; i++)
        {
            byte[] frame = AnyFrame(random);
            bench.Sender.At((long)random.NextBelow(200_000_000), now => bench.Direction.Send(now, frame));
        }

        for (ulong i = random.NextBelow(5); i > 0; i--)
        {
            LinkSettings other = AnySettings(random);
            long time = (long)random.NextBelow(200_000_000);
            bench.Sender.At(time, random.NextBelow(4) switch
            {
                0 => _ => bench.Direction.Cut(),
                1 => _ => bench.Direction.Heal(),
                _ => _ => bench.Direction.Change(other),
            });
        }

        using var executor = new Executor();
        executor.Add(bench.Sender);
        executor.Add(receiver);
        executor.RunUntil(new VirtualTime((long)random.NextBelow(400_000_000) + 1));
        Assert.That(bench.Counters.Unaccounted, Is.Zero, $"seed {key}, midway");
        executor.RunUntil(VirtualTime.FromSeconds(1_000_000));
        Assert.That(bench.Counters.Unaccounted, Is.Zero, $"seed {key}");
        Assert.That(received, Has.Count.EqualTo(bench.Witness.Arrivals.Count), $"seed {key}: the executor delivers what the link says");
        Assert.That(bench.Witness.Arrivals.TrueForAll(arrival => arrival.Time > arrival.Decided), $"seed {key}");
        string arrivals = string.Join(";", received.Select(frame => $"{frame.Time.Nanoseconds}:{frame.Length}"));
        return $"{executor.Hash()} {arrivals} {string.Join(";", bench.Witness.Drops)}";
    }

    private static byte[] AnyFrame(RandomStream random)
    {
        if (random.NextBelow(3) != 0) return TestFrames.Udp(50 + (int)random.NextBelow(1_465), random.Next(), (ushort)random.NextBelow(9), (byte)random.NextBelow(4));
        byte[] frame = random.NextBelow(2) == 0 ? TestFrames.Udp(60 + (int)random.NextBelow(60), 0) : new byte[random.NextBelow(2_000)];
        // Garbage from some point on: wrong lengths, wrong versions, no end of tags.
        Span<byte> rest = frame.AsSpan((int)random.NextBelow((ulong)frame.Length + 1));
        random.Fill(rest);
        if (frame.Length > 13 && random.NextBelow(2) == 0) (frame[12], frame[13]) = (0x81, 0);
        return frame;
    }

    private static LinkSettings AnySettings(RandomStream random) => new()
    {
        Rate = new RateSettings
        {
            BitsPerSecond = Any(random, [0, 9_600, 1_000_000, 95_000_000, 10_000_000_000]),
            Layer = Any(random, Enum.GetValues<RateLayer>()),
            OverheadBytes = Any(random, [0, 0, -14, 22]),
            MinimumBytes = Any(random, [0, 0, 64]),
            CellBytes = Any(random, [0, 0, 48]),
            CellOverheadBytes = 5,
            Trace = random.NextBelow(6) == 0 ? DeliveryTrace.Parse("1\n5\n5\n20\n") : null,
        },
        Queue = new QueueSettings
        {
            Kind = Any(random, Enum.GetValues<QueueKind>()),
            LimitBytes = Any<long?>(random, [null, 0, 3_000, 100_000]),
            LimitFrames = Any<int?>(random, [null, 0, 1, 20]),
            LimitNanoseconds = Any<long?>(random, [null, 5_000_000]),
            MarksCongestion = random.NextBelow(2) == 0,
            IntervalNanoseconds = 10_000_000,
            Flows = Any(random, [1, 7, 1_024]),
            QuantumBytes = Any(random, [64, 300, 1_514]),
            RedLeastBytes = 1_000,
            RedMostBytes = Any(random, [1_001, 5_000]),
            RedWeightBits = Any(random, [0, 2, 9]),
        },
        Delay = new DelaySettings
        {
            PropagationNanoseconds = Any(random, [0, 1_000, 30_000_000]),
            JitterNanoseconds = Any(random, [0, 500, 7_000_000, 60_000_000]),
            Mode = Any(random, Enum.GetValues<JitterMode>()),
            Distribution = Any(random, [.. DelayDistribution.Named, DelayDistribution.OfTable([-9_000, 0, 32_767])]),
            Correlation = Any(random, [Probability.Never, Probability.OfPercent(90)]),
        },
        Loss = Any(random,
            [
                LossModel.None, LossModel.RandomPercent(10), LossModel.EveryNth(3, 1), LossModel.Mask("0110", random.NextBelow(2) == 0),
                LossModel.Window(9_000_000, 2_000_000, 3_000_000),
                LossModel.GilbertElliott(Probability.OfPercent(5), Probability.OfPercent(30), Probability.Always, Probability.Never),
                LossModel.FourState(Probability.OfPercent(60), Probability.OfPercent(70), Probability.OfPercent(60), Probability.OfPercent(5), Probability.OfPercent(60)),
            ]),
        LossMarksCongestion = random.NextBelow(2) == 0,
        Duplicate = Any(random, [Chance.Never, Chance.OfPercent(20), new Chance(Probability.OfPercent(20), Probability.OfPercent(50))]),
        Corrupt = Any(random, [Chance.Never, Chance.OfPercent(20)]),
        Reorder = Any(random, [ReorderSettings.None, new ReorderSettings(Chance.OfPercent(30), 1), new ReorderSettings(Chance.OfPercent(100), 4)]),
        MtuBytes = Any(random, [0, 600, 1_500, LinkSettings.LimitMtuBytes]),
        IsBlackhole = random.NextBelow(20) == 0,
        HasCarrier = random.NextBelow(20) != 0,
        PipelineNanoseconds = Any(random, [1, 20_000, 50_000]),
    };

    private static T Any<T>(RandomStream random, T[] choices) => choices[random.NextBelow((ulong)choices.Length)];
}
