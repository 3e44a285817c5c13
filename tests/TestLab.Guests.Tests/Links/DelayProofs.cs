using System.Globalization;
using System.Text.RegularExpressions;
using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Rates;

namespace TestLab.Guests.Tests.Links;

/// <summary>What ping says of a link, against the formula of its delay.</summary>
[Category("Slow")]
public sealed partial class DelayProofs
{
    private const int EchoBytes = 56;

    /// <summary>Ethernet 14, IPv4 20, ICMP 8, and on the wire 24 around the frame.</summary>
    private const int WireBytes = 14 + 20 + 8 + RateSettings.WireOverheadBytes;

    [Test]
    public void ARoundTripIsTwiceTheDelayAndTheTimeOfTheFrameOverThatOfAnIdealLink()
    {
        double floor = RoundTrip(LinkSettings.Default, EchoBytes);
        var table = new ProofTable();
        (long, decimal)[] links = [(10_000_000, 10), (1_000_000, 50), (64_000, 120), (100_000_000, 20), (0, 300)];
        foreach ((long bits, decimal delay) in links)
        {
            var settings = new LinkSettings { Rate = RateSettings.OfBits(bits), Delay = DelaySettings.OfMilliseconds(delay) };
            double frame = bits == 0 ? 0 : (EchoBytes + WireBytes) * 8 * 1e3 / bits;
            double expected = floor + 2 * ((double)delay + frame);
            table.Add($"ping, {bits} bit/s, {delay} ms", expected, RoundTrip(settings, EchoBytes), "ms", 0.001);
        }

        table.Check();
    }

    [Test]
    public void TheRateIsTheSlopeOfTheRoundTripOverTheSize()
    {
        var table = new ProofTable();
        foreach (long bits in (long[])[250_000, 1_000_000])
        {
            var settings = new LinkSettings { Rate = RateSettings.OfBits(bits), Delay = DelaySettings.OfMilliseconds(5) };
            double[] trips = RoundTrips(settings, [64, 1472]);
            double measured = 16 * (1472 - 64) / (trips[1] - trips[0]) * 1e3;
            table.Add($"pings of 64 and 1472 bytes, {bits} bit/s", bits, measured, "bit/s", 0.001);
        }

        table.Check();
    }

    [Test]
    public void OrderedJitterHasTheMeanItWasToldAndNoFrameOvertakes()
    {
        var settings = DuplexSettings.Same(new LinkSettings { Delay = DelaySettings.OfMilliseconds(30, 10) });
        using GuestLab lab = GuestLab.OfTwo(settings, out Guest first, out Guest second, out Cable cable);
        var tap = new ArrivalTap();
        cable.Up.Attach(tap);
        lab.Execute(first, "ping -q -c 1000 -i 0.03 10.0.0.2");
        double mean = tap.Sends.Zip(tap.Arrivals, (sent, arrived) => (double)arrived.Time.Since(sent.Time)).Average() / 1e6;
        var table = new ProofTable();
        table.Add("30 ms +- 10 ms, ordered: mean", 30 + LinkSettings.DefaultPipelineNanoseconds / 1e6, mean, "ms", 0.01);
        int overtakers = tap.Arrivals.Zip(tap.Arrivals.Skip(1)).Count(pair => pair.Second.Time < pair.First.Time);
        table.Add("frames that overtook", 0, overtakers, "frames", 0);
        table.Add("echo requests that arrived", 1000, lab.Counter(second, "Icmp", "InEchos"), "frames", 0);
        table.Check();
    }

    private static double RoundTrip(LinkSettings settings, int bytes) => RoundTrips(settings, [bytes])[0];

    private static double[] RoundTrips(LinkSettings settings, int[] sizes)
    {
        using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(settings), out Guest first, out _, out _);
        return [.. sizes.Select(size => Least(lab.Execute(first, $"ping -c 6 -i 1 -s {size} 10.0.0.2")))];
    }

    private static double Least(string output) =>
        double.Parse(Summary().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"min/avg/max = ([0-9.]+)/")]
    private static partial Regex Summary();
}
