using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Links;

/// <summary>How much of a guest's traffic a link carries, against the formula of its rate.</summary>
[Category("Slow")]
public sealed class RateProofs
{
    private const int Mebibytes = 8;

    [Test]
    public void DatagramsOfManyFragmentsLeaveTheLinkAtItsRate()
    {
        var table = new ProofTable();
        foreach (long bits in (long[])[1_000_000, 10_000_000, 50_000_000])
        {
            var settings = new LinkSettings { Rate = RateSettings.OfBits(bits) };
            using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(settings), out Guest first, out Guest second, out Cable cable);
            var tap = new ArrivalTap();
            cable.Up.Attach(tap);
            lab.Execute(first, "ping -q -c 10 -i 0.002 -W 1 -s 60000 10.0.0.2 || true");
            lab.Advance(VirtualTime.NanosecondsPerSecond);
            double wireBits = tap.Arrivals.Skip(1).Sum(frame => (frame.Length + RateSettings.WireOverheadBytes) * 8.0);
            double seconds = tap.Arrivals[^1].Time.Since(tap.Arrivals[0].Time) / 1e9;
            table.Add($"fragments faster than {bits} bit/s", bits, wireBits / seconds, "bit/s", 0.001);
            table.Add("fragments handed to the far kernel", tap.Arrivals.Count, lab.Counter(second, "Ip", "InReceives"), "frames", 0);
        }

        table.Check();
    }

    [Test]
    public void OneStreamOfTcpFillsTheLinkButForItsHeaders()
    {
        var table = new ProofTable();
        foreach ((long bits, decimal delay) in ((long, decimal)[])[(20_000_000, 10), (100_000_000, 2)])
        {
            var settings = new LinkSettings { Rate = RateSettings.OfBits(bits), Delay = DelaySettings.OfMilliseconds(delay) };
            using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(settings), out Guest first, out Guest second, out Cable cable);
            var tap = new ArrivalTap();
            cable.Up.Attach(tap);
            lab.Execute(first, $"mkdir /srv; head -c {Mebibytes << 20} /dev/zero > /srv/file; httpd -h /srv");
            lab.Execute(second, "wget -q -O /dev/null http://10.0.0.1/file", limitSeconds: 120);

            // After the slow start, until the last full frame.
            const int Full = 1514;
            VirtualTime from = tap.Arrivals[tap.Arrivals.Count / 4].Time;
            (VirtualTime Time, int Length)[] steady = [.. tap.Arrivals.Where(frame => frame.Time >= from && frame.Length == Full)];
            double seconds = steady[^1].Time.Since(steady[0].Time) / 1e9;
            double measured = (steady.Length - 1) * 1448 * 8 / seconds;
            table.Add($"TCP, {bits} bit/s, {delay} ms", Goodput.Tcp(settings.Rate, settings.MtuBytes), measured, "bit/s", 0.01);
            table.Add("large segments that the card cut", 1, Math.Min(1UL, first.Process.Cards[0].Statistics.SegmentedFrames), "", 0);
            table.Add("frames larger than the link's", 0, tap.Sends.Count(frame => frame.Length > Full), "frames", 0);
        }

        table.Check();
    }

    [Test]
    public void TheCardsOffloadsSpareTheGuestMostOfTheWork()
    {
        (double sender, double receiver) with = InstructionsPerMebibyte("true");
        (double sender, double receiver) without = InstructionsPerMebibyte(
            "ip link set eth0 down; rmmod virtio_net; modprobe virtio_net gso=0 csum=0; "
            + GuestLab.Configure(1, 0, "10.0.0.1/24") + GuestLab.Neighbour(2, 0, "10.0.0.2"));
        TestContext.Out.WriteLine($"instructions per MiB of TCP: sender {with.sender:N0}, receiver {with.receiver:N0}; "
            + $"without segmentation and checksums by the sender's card: {without.sender:N0}, {without.receiver:N0}");
        Assert.That(with.sender, Is.LessThan(0.7 * without.sender));
    }

    private static (double Sender, double Receiver) InstructionsPerMebibyte(string prepare)
    {
        using GuestLab lab = GuestLab.OfTwo(
            DuplexSettings.Same(new LinkSettings { Rate = RateSettings.OfBits(200_000_000) }), out Guest first, out Guest second, out _);
        lab.Execute(first, $"mkdir /srv; head -c {Mebibytes << 20} /dev/zero > /srv/file; httpd -h /srv; {prepare}");
        (ulong sender, ulong receiver) before = (Executed(first), Executed(second));
        lab.Execute(second, "wget -q -O /dev/null http://10.0.0.1/file");
        return ((double)(Executed(first) - before.sender) / Mebibytes, (double)(Executed(second) - before.receiver) / Mebibytes);
    }

    private static ulong Executed(Guest guest) => guest.Process.Machine.Clock - guest.Process.Machine.Statistics.IdleTicks;
}
