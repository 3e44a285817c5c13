using TestLab.Networks.Links;
using TestLab.Networks.Profiles;
using TestLab.Networks.Tests.Links;

namespace TestLab.Networks.Tests.Profiles;

public sealed class LinkProfileTests
{
    private static IEnumerable<string> Names => LinkProfiles.All.Select(profile => profile.FullName);

    [TestCaseSource(nameof(Names))]
    public void AProfileHasASourceAndTakesFrames(string name)
    {
        Assert.That(LinkProfiles.TryFind(name.ToUpperInvariant(), out LinkProfile? profile), Is.True);
        if (profile is null) return;
        Assert.That(profile.FullName, Is.EqualTo(name));
        Assert.That(profile.Origin, Is.Not.Empty);
        foreach (LinkWay way in Enum.GetValues<LinkWay>())
        {
            LinkBench bench = new LinkBench(profile.Settings.Of(way)).Send(60, 600, 400_000_000);
            bench.Direction.Follow(profile.Settings.TimetableOf(way));
            bench.Run(40_000_000_000);
            bool isDead = profile.Name is "offline" or "unplugged";
            Assert.That(bench.Witness.Arrivals.Count, isDead ? Is.Zero : Is.GreaterThan(40));
            Assert.That(bench.Counters.Unaccounted, Is.Zero);
        }
    }

    [TestCase("3g", "3g@wpt"), TestCase("3g@chrome", "3g@chrome"), TestCase("dsl", "dsl@wpt"), TestCase("LTE", "lte@wpt-agent")]
    [TestCase("starlink", "starlink@arxiv"), TestCase("lan-1g", "lan-1g@testlab")]
    public void APlainNameHasADefaultSource(string name, string fullName)
    {
        Assert.That(LinkProfiles.TryFind(name, out LinkProfile? profile), Is.True);
        Assert.That(profile?.FullName, Is.EqualTo(fullName));
    }

    [TestCase(""), TestCase("5g"), TestCase("3g@"), TestCase("3g@nobody"), TestCase("@wpt")]
    public void AnUnknownNameIsNotFound(string name) => Assert.That(LinkProfiles.TryFind(name, out _), Is.False);

    [Test]
    public void FullNamesAreUnique() => Assert.That(Names, Is.Unique);

    [TestCase("3g@wpt", 1_600_000, 768_000, 300)]
    [TestCase("gprs@android-emulator", 57_600, 28_800, 117.5)]
    [TestCase("geo-satellite@apnic", 25_000_000, 3_000_000, 600)]
    public void HalfOfTheRoundTripIsSpentEachWay(string name, long down, long up, double roundTripMilliseconds)
    {
        LinkProfiles.TryFind(name, out LinkProfile? profile);
        Assert.Multiple(() =>
        {
            Assert.That(profile?.Settings.Down.Rate.BitsPerSecond, Is.EqualTo(down));
            Assert.That(profile?.Settings.Up.Rate.BitsPerSecond, Is.EqualTo(up));
            Assert.That((profile?.Settings.Down.Delay.PropagationNanoseconds + profile?.Settings.Up.Delay.PropagationNanoseconds) / 1e6,
                Is.EqualTo(roundTripMilliseconds));
        });
    }

    [Test]
    public void StarlinkHandsOverEveryFifteenSeconds()
    {
        LinkProfiles.TryFind("starlink", out LinkProfile? profile);
        LinkBench bench = new LinkBench(profile?.Settings.Down ?? LinkSettings.Default).Send(301, 100, 100_000_000, start: 50_000_000);
        bench.Direction.Follow(profile?.Settings.DownTimetable);
        bench.Run(31_000_000_000);
        // One way, from 50 ms after a handover on, every 100 ms.
        var slow = bench.Witness.Arrivals.Where(arrival => arrival.Time.Since(arrival.Decided) > 60_000_000)
            .Select(arrival => arrival.Decided.Nanoseconds / 100_000_000).ToArray();
        Assert.That(slow, Is.SubsetOf(new long[] { 0, 1, 150, 151, 300 }).And.Length.GreaterThan(3));
    }
}
