using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Simulation;
using TestLab.Simulation.Execution;

namespace TestLab.Networks.Tests.Links;

/// <summary>Both directions of a link between two processes under the executor.</summary>
public sealed class RoundTripTests
{
    private const int Pings = 500;

    [TestCase(100_000, 0), TestCase(10_000, 5), TestCase(1_000_000, 50)]
    public void APingTakesTwiceTheFormula(long kilobits, int delayMilliseconds)
    {
        LinkSettings settings = LinkBench.Settings(kilobits, delayMilliseconds);
        (List<long> roundTrips, _) = Run(settings, threads: 1);
        long oneWay = 122 * 8 * 1_000_000L / kilobits + delayMilliseconds * 1_000_000L + LinkSettings.DefaultPipelineNanoseconds;
        TestContext.Out.WriteLine($"{kilobits} kbit/s, {delayMilliseconds} ms: expected {2 * oneWay} ns, measured {roundTrips[0]} ns");
        Assert.That(roundTrips, Has.Count.EqualTo(Pings).And.All.EqualTo(2 * oneWay));
    }

    [Test]
    public void TheNumberOfThreadsIsNotSeen()
    {
        LinkSettings settings = LinkBench.Settings(10_000) with
        {
            Delay = DelaySettings.OfMilliseconds(3, 2),
            Loss = LossModel.RandomPercent(5),
            Duplicate = Chance.OfPercent(5),
        };
        (List<long> roundTrips, StateHash hash) = Run(settings, threads: 1);
        (List<long> again, StateHash sameHash) = Run(settings, threads: 2);
        Assert.That(again, Is.EqualTo(roundTrips));
        Assert.That(sameHash, Is.EqualTo(hash));
    }

    private static (List<long> RoundTrips, StateHash Hash) Run(LinkSettings settings, int threads)
    {
        var client = new Script("client");
        var server = new Script("server");
        var link = new LinkPath("client/wan");
        var up = new LinkDirection(client, link, LinkWay.Up, LinkBench.Seed, settings);
        var down = new LinkDirection(server, link, LinkWay.Down, LinkBench.Seed, settings);
        up.Port.Connect(server.AddInput("wan", (now, frame) => down.Send(now, frame)));
        var roundTrips = new List<long>();
        down.Port.Connect(client.AddInput("wan", (now, frame) =>
            roundTrips.Add(now.Nanoseconds - (long)TestFrames.NumberOf(frame))));
        for (long i = 0; i < Pings; i++)
        {
            // The number of a ping is the time of its sending.
            long time = i * 1_000_000;
            byte[] ping = TestFrames.Udp(98, (ulong)time);
            client.At(time, now => up.Send(now, ping));
        }

        using var executor = new Executor(new ExecutorOptions { ThreadCount = threads });
        executor.Add(client);
        executor.Add(server);
        executor.RunUntil(VirtualTime.FromSeconds(2));
        return (roundTrips, executor.Hash());
    }
}
