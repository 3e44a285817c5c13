using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Links;

/// <summary>Which frames arrive is decided by the seed alone, and guests count exactly those.</summary>
[Category("Slow")]
public sealed class LossProofs
{
    private const int Echoes = 400;

    [Test]
    public void LossesAreThoseOfTheSeed()
    {
        var settings = new DuplexSettings(
            new LinkSettings { Loss = LossModel.RandomPercent(4) }, new LinkSettings { Loss = LossModel.RandomPercent(7) });
        using GuestLab lab = GuestLab.OfTwo(settings, out Guest first, out Guest second, out Cable cable);
        string output = Ping(lab, first);
        int requests = Count(cable.Up, "loss", 7, Echoes, hits: false);
        int replies = Count(cable.Down, "loss", 4, requests, hits: false);
        var table = new ProofTable();
        table.Add("7 % lost: echo requests that arrived", requests, lab.Counter(second, "Icmp", "InEchos"), "frames", 0);
        table.Add("4 % lost: echo replies that arrived", replies, lab.Counter(first, "Icmp", "InEchoReps"), "frames", 0);
        table.Check();
        Assert.That(output, Does.Contain($"{Echoes} packets transmitted, {replies} packets received"));
    }

    [Test]
    public void SecondCopiesAreThoseOfTheSeed()
    {
        var settings = new DuplexSettings(LinkSettings.Default, new LinkSettings { Duplicate = Chance.OfPercent(5) });
        using GuestLab lab = GuestLab.OfTwo(settings, out Guest first, out Guest second, out Cable cable);
        Ping(lab, first);
        int copies = Count(cable.Up, "duplicate", 5, Echoes, hits: true);
        var table = new ProofTable();
        table.Add("5 % doubled: echo requests that arrived", Echoes + copies, lab.Counter(second, "Icmp", "InEchos"), "frames", 0);
        table.Add("5 % doubled: echo replies that arrived", Echoes + copies, lab.Counter(first, "Icmp", "InEchoReps"), "frames", 0);
        table.Check();
    }

    [Test]
    public void CorruptedFramesAreFoundByTheGuestsChecksums()
    {
        var settings = new DuplexSettings(LinkSettings.Default, new LinkSettings { Corrupt = Chance.OfPercent(10) });
        using GuestLab lab = GuestLab.OfTwo(settings, out Guest first, out Guest second, out Cable cable);
        Ping(lab, first);
        int corrupted = Count(cable.Up, "corrupt", 10, Echoes, hits: true);
        long good = lab.Counter(second, "Icmp", "InEchos");
        var table = new ProofTable();
        table.Add("10 % corrupted: frames", corrupted, cable.Up.Counters.FramesCorrupted, "frames", 0);
        table.Check();
        // A bit of the Ethernet addresses is no checksum's business: the card hears it all the same, or the kernel drops it.
        Assert.That(good, Is.InRange(Echoes - corrupted, Echoes - corrupted / 2));
    }

    [Test]
    public void AQueueDropsExactlyWhatFindsItFull()
    {
        const int Limit = 12;
        const long Rate = 2_000_000;
        var settings = new DuplexSettings(
            LinkSettings.Default, new LinkSettings { Rate = RateSettings.OfBits(Rate), Queue = QueueSettings.OfFrames(Limit) });
        using GuestLab lab = GuestLab.OfTwo(settings, out Guest first, out Guest second, out Cable cable);
        var tap = new ArrivalTap();
        cable.Up.Attach(tap);
        lab.Execute(first, "ping -q -c 10 -i 0.1 -W 1 -s 60000 10.0.0.2 || true");
        int drops = FindDrops(tap.Sends, Limit, Rate);
        var table = new ProofTable();
        int dropped = tap.Drops.Count(drop => drop.Cause == DropCause.QueueFull);
        table.Add($"{Limit} frames wait at most: drops", drops, dropped, "frames", 0);
        table.Add($"{Limit} frames wait at most: most", Limit, cable.Up.Counters.QueueFramesMost, "frames", 0);
        table.Add("fragments handed to the far kernel", tap.Sends.Count - drops, lab.Counter(second, "Ip", "InReceives"), "frames", 0);
        table.Check();
        Assert.That(drops, Is.GreaterThan(20));
    }

    /// <summary>The queue by hand: who finds so many waiting is lost.</summary>
    private static int FindDrops(List<(VirtualTime Time, int Length)> sends, int limit, long rate)
    {
        int drops = 0;
        Queue<long> starts = [];
        UInt128 busyUntil = 0; // In bit times, so that nothing is rounded.
        foreach ((VirtualTime time, int length) in sends)
        {
            UInt128 now = (UInt128)time.Nanoseconds * (ulong)rate;
            while (starts.TryPeek(out long start) && start <= time.Nanoseconds) starts.Dequeue();
            if (starts.Count >= limit)
            {
                drops++;
                continue;
            }

            UInt128 begin = busyUntil > now ? busyUntil : now;
            if (begin > now) starts.Enqueue((long)(begin / (ulong)rate));
            int wireBytes = Math.Max(length + RateSettings.WireOverheadBytes, RateSettings.WireMinimumBytes);
            busyUntil = begin + (UInt128)wireBytes * 8 * VirtualTime.NanosecondsPerSecond;
        }

        return drops;
    }

    private static string Ping(GuestLab lab, Guest guest) =>
        lab.Execute(guest, $"ping -q -c {Echoes} -i 0.01 -W 1 10.0.0.2 || true");

    /// <summary>The decisions of a direction, taken from its stream by hand.</summary>
    private static int Count(LinkDirection direction, string purpose, decimal percent, int frames, bool hits)
    {
        var stream = new RandomStream(GuestLab.Seed, direction.Link.Of(direction.Way), purpose);
        var probability = Probability.OfPercent(percent);
        return Enumerable.Range(0, frames).Count(index => probability.Hits(stream.At((ulong)index)) == hits);
    }
}
