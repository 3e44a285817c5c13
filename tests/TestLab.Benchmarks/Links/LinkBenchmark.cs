using System.Diagnostics;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Benchmarks.Links;

/// <summary>Frames a second of host time through one direction of a link, by what it does to them.</summary>
internal static class LinkBenchmark
{
    private const int Frames = 500_000;
    private const int Repetitions = 5;

    public static void Run()
    {
        Console.WriteLine($"{"link",-26}{"frame",8}{"frames/s",14}{"ns/frame",10}");
        foreach ((string name, LinkSettings settings) in Links())
        {
            foreach (int frameBytes in new[] { 60, 1_514 })
            {
                double best = Enumerable.Range(0, Repetitions).Min(_ => SecondsFor(settings, frameBytes));
                Console.WriteLine($"{name,-26}{frameBytes,8}{Frames / best,14:F0}{best / Frames * 1e9,10:F0}");
            }
        }
    }

    private static double SecondsFor(LinkSettings settings, int frameBytes)
    {
        var sender = new Sender();
        var direction = new LinkDirection(sender, new LinkPath("client/wan"), LinkWay.Up, 1, settings);
        byte[] frame = new byte[frameBytes];
        // Bursts of eight at four fifths of a gigabit: some frames pass, most wait.
        long gap = 8 * (frameBytes + 24) * 8 * 5 / 4;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Frames; i++)
        {
            if (i % 8 == 0) sender.Advance(new VirtualTime((i / 8 + 1) * gap));
            direction.Send(sender.Now, frame);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static IEnumerable<(string Name, LinkSettings Settings)> Links()
    {
        var gigabit = new LinkSettings { Rate = RateSettings.OfKilobits(1_000_000), Queue = QueueSettings.OfBytes(1 << 20) };
        yield return ("no limit", LinkSettings.Default);
        yield return ("1 Gbit/s", gigabit);
        yield return ("1 Gbit/s, jitter and loss", gigabit with
        {
            Delay = DelaySettings.OfMilliseconds(20, 5),
            Loss = LossModel.RandomPercent(1),
        });
        yield return ("1 Gbit/s, CoDel", gigabit with { Queue = QueueSettings.CoDel });
        yield return ("1 Gbit/s, FQ-CoDel", gigabit with { Queue = QueueSettings.FqCoDel });
        yield return ("1 Gbit/s, RED", gigabit with { Queue = new QueueSettings { Kind = QueueKind.Red } });
    }

    private sealed class Sender() : EventProcess("client");
}
