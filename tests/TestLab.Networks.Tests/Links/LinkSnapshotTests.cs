using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

/// <summary>Saved in the midst of traffic, disturbed, restored: the rest of the run is as if nothing had been.</summary>
public sealed class LinkSnapshotTests
{
    private const long Cut = 300_300_000;
    private const long End = 2_000_000_000;

    private static IEnumerable<TestCaseData> Cases => Settings().Select(settings => new TestCaseData(settings.Value).SetArgDisplayNames(settings.Name));

    [TestCaseSource(nameof(Cases))]
    public void TheRestOfTheRunIsTheSame(LinkSettings settings)
    {
        LinkBench undisturbed = Traffic(settings, 0).Run(End);

        LinkBench first = Traffic(settings, 0).Run(Cut);
        byte[][] saved = Save(first);
        Assert.That(first.Direction.Counters.QueueFrames, Is.GreaterThan(0), "something waits at the cut");
        int arrived = first.Witness.Arrivals.Count;
        int dropped = first.Witness.Drops.Count;

        // Another process in another state takes it over; at the cut it stands where the first one stood.
        LinkBench second = Traffic(LinkBench.Settings(5_000, 1), Cut);
        second.Run(Cut);
        for (int i = 0; i < 40; i++) second.Direction.Send(second.Sender.Now, TestFrames.Udp(777, 9));
        second.Direction.Cut();
        Restore(second, saved);
        Assert.That(Save(second), Is.EqualTo(saved));
        int before = second.Witness.Arrivals.Count;
        int droppedBefore = second.Witness.Drops.Count;
        second.Run(End);

        Assert.Multiple(() =>
        {
            Assert.That(second.Witness.Arrivals.Skip(before).Select(Flat), Is.EqualTo(undisturbed.Witness.Arrivals.Skip(arrived).Select(Flat)));
            Assert.That(second.Witness.Drops.Skip(droppedBefore), Is.EqualTo(undisturbed.Witness.Drops.Skip(dropped)));
            Assert.That(Save(second), Is.EqualTo(Save(undisturbed)));
        });
    }

    [Test]
    public void DamageIsOneError()
    {
        byte[][] saved = Save(Traffic(Settings().First(settings => settings.Name == "FqCoDel").Value, 0).Run(Cut));
        var random = new RandomStream(1, "damage", "test");
        int refused = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte[] damaged = [.. saved[^1]];
            damaged[random.NextBelow((ulong)damaged.Length)] = (byte)random.Next();
            if (i % 4 == 0) damaged = damaged[..(int)random.NextBelow((ulong)damaged.Length)];
            try
            {
                Restore(new LinkBench(LinkSettings.Default), [.. saved[..^1], damaged]);
            }
            catch (SnapshotException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(200), "and no other exception");
    }

    private static (string Content, long Time) Flat((VirtualTime Decided, VirtualTime Time, ulong Number, byte[] Content) arrival) =>
        (Convert.ToHexString(arrival.Content), arrival.Time.Nanoseconds);

    private static LinkBench Traffic(LinkSettings settings, long from)
    {
        var bench = new LinkBench(settings);
        if (from == 0) bench.Direction.Follow(Timetable(settings));
        var random = new RandomStream(7, "traffic", "test");
        for (ulong i = 0; i < 3_000; i++)
        {
            long time = (long)i * 400_000 + (long)random.NextBelow(300_000);
            byte[] frame = TestFrames.Udp(60 + (int)random.NextBelow(300), i, (ushort)random.NextBelow(5), (byte)(i % 3 == 0 ? 2 : 0));
            if (time >= from) bench.Sender.At(time, now => bench.Direction.Send(now, frame));
        }

        return bench;
    }

    private static LinkTimetable Timetable(LinkSettings settings) => new(
        [
            new LinkTimetableEntry(0, settings),
            new LinkTimetableEntry(350_000_000, settings with { Delay = settings.Delay with { PropagationNanoseconds = 9_000_000 } }),
        ],
        periodNanoseconds: 500_000_000);

    private static byte[][] Save(LinkBench bench) => [.. Parts(bench).Select(part =>
    {
        using var stream = new MemoryStream();
        part.Save(stream);
        return stream.ToArray();
    })];

    private static void Restore(LinkBench bench, byte[][] saved)
    {
        foreach ((StatePart part, byte[] bytes) in Parts(bench).Zip(saved)) part.Restore(new MemoryStream(bytes));
    }

    // The inbox is empty: nothing leads to the sender.
    private static IEnumerable<StatePart> Parts(LinkBench bench) =>
        bench.Sender.Parts.Where(part => part.Name != "inbox");

    private static IEnumerable<(string Name, LinkSettings Value)> Settings()
    {
        LinkSettings rough = new()
        {
            Rate = RateSettings.OfKilobits(2_000),
            Delay = DelaySettings.OfMilliseconds(20, 5),
            Loss = LossModel.GilbertElliott(
                Probability.OfPercent(3), Probability.OfPercent(30), Probability.OfPercent(90), Probability.OfPercent(1)),
            Duplicate = new Chance(Probability.OfPercent(3), Probability.OfPercent(40)),
            Corrupt = Chance.OfPercent(2),
            Reorder = new ReorderSettings(Chance.OfPercent(50), 7),
        };
        foreach (QueueKind kind in Enum.GetValues<QueueKind>())
        {
            yield return ($"{kind}", rough with
            {
                Queue = new QueueSettings
                {
                    Kind = kind,
                    LimitFrames = 90,
                    MarksCongestion = true,
                    IntervalNanoseconds = 20_000_000,
                    RedLeastBytes = 3_000,
                    RedMostBytes = 20_000,
                    RedWeightBits = 4,
                    Flows = 16,
                },
            });
        }

        yield return ("independent normal", rough with
        {
            Delay = new DelaySettings
            {
                PropagationNanoseconds = 20_000_000,
                JitterNanoseconds = 4_000_000,
                Mode = JitterMode.Independent,
                Distribution = DelayDistribution.Normal,
                Correlation = Probability.OfPercent(50),
            },
            Loss = LossModel.FourState(
                Probability.OfPercent(2), Probability.OfPercent(20), Probability.OfPercent(30), Probability.OfPercent(40),
                Probability.OfPercent(1)),
        });
        yield return ("a table and a trace", rough with
        {
            Rate = new RateSettings { Layer = RateLayer.Ip, Trace = DeliveryTrace.Parse("3\n9\n9\n14\n") },
            Delay = rough.Delay with { Distribution = DelayDistribution.OfTable([-8_192, -100, 0, 5_000, 20_000]) },
            Loss = LossModel.Mask("0001000011", repeats: true),
        });
    }
}
