using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Rates;

namespace TestLab.Networks.Profiles;

/// <summary>The named profiles. A plain name means its first row; "name@source" means that source's.</summary>
/// <remarks>
/// The sources give round trips; each direction gets half. Rates count all that the wire carries. Sources that throttle
/// requests, as browsers do, scale their figures before use; here stand the figures they aim at.
/// </remarks>
public static class LinkProfiles
{
    private static readonly Dictionary<string, string> Origins = new(StringComparer.OrdinalIgnoreCase)
    {
        ["wpt"] = "WebPageTest, connectivity.ini",
        ["wpt-agent"] = "WebPageTest agent, as commonly reported",
        ["chrome"] = "Chrome DevTools, NetworkManager.ts",
        ["firefox"] = "Firefox DevTools, throttling profiles",
        ["lighthouse"] = "Lighthouse, throttling constants",
        ["browserstack"] = "BrowserStack, network profiles",
        ["testingbot"] = "TestingBot, network profiles",
        ["comcast"] = "comcast (network simulation tool), README",
        ["android-emulator"] = "Android emulator, network speed and delay options",
        ["apnic"] = "APNIC 2022 for the round trip; rates are TestLab's",
        ["arxiv"] = "arXiv 2601.08439 for the cycle of 15 s; rates and loss are TestLab's",
        ["testlab"] = "TestLab's own figures for a typical link of the kind",
    };

    /// <summary>Every profile, in the order of the table.</summary>
    public static IReadOnlyList<LinkProfile> All { get; } =
    [
        //  name               source              down     up       RTT ms loss %    kbit/s
        Row("2g",              "wpt",              35,      32,      1300,  0),
        Row("2g-regular",      "firefox",          250,     50,      300,   0),
        Row("2g-good",         "firefox",          450,     150,     150,   0),
        Row("gprs",            "firefox",          50,      20,      500,   0),
        Row("gprs",            "android-emulator", 57.6m,   28.8m,   (35, 200), 0),
        Row("gprs-good",       "browserstack",     50,      30,      500,   1),
        Row("gprs-good",       "comcast",          50,      50,      500,   2),
        Row("gprs-lossy",      "browserstack",     30,      20,      650,   2),
        Row("dialup",          "comcast",          40,      40,      185,   2),
        Row("dialup56k",       "wpt",              49,      30,      120,   0),
        Row("edge",            "wpt",              240,     200,     840,   0),
        Row("edge",            "android-emulator", 473.6m,  473.6m,  (80, 400), 0),
        Row("edge-good",       "browserstack",     250,     150,     300,   0),
        Row("edge-good",       "comcast",          250,     250,     300,   1.5m),
        Row("edge-lossy",      "browserstack",     150,     100,     500,   1),
        Row("3g",              "wpt",              1600,    768,     300,   0),
        Row("3g",              "chrome",           500,     500,     400,   0),
        Row("3g-slow",         "wpt",              780,     330,     200,   0),
        Row("3g-fast",         "wpt",              1600,    768,     150,   0),
        Row("3g-regular",      "lighthouse",       700,     700,     300,   0),
        Row("3g-regular",      "firefox",          750,     250,     100,   0),
        Row("3g-good",         "firefox",          1500,    750,     40,    0),
        Row("3g-umts-good",    "browserstack",     400,     100,     100,   0),
        Row("3g-umts-lossy",   "browserstack",     200,     50,      200,   1),
        Row("3.5g-hspa-good",  "browserstack",     1800,    400,     100,   0),
        Row("umts",            "android-emulator", 384,     384,     (35, 200), 0),
        Row("hsdpa",           "android-emulator", 13980,   5760,    0,     0),
        Row("4g",              "wpt-agent",        9000,    9000,    170,   0),
        Row("4g",              "firefox",          4000,    3000,    20,    0),
        Row("4g",              "testingbot",       18000,   9000,    100,   0),
        Row("4g-slow",         "chrome",           1600,    750,     150,   0),
        Row("4g-slow",         "lighthouse",       1638.4m, 750,     150,   0),
        Row("4g-fast",         "chrome",           9000,    1500,    60,    0),
        Row("4g-dense",        "lighthouse",       10240,   10240,   40,    0),
        Row("lte",             "wpt-agent",        12000,   12000,   70,    0),
        Row("lte",             "firefox",          4000,    3000,    20,    0),
        Row("lte",             "android-emulator", 173000,  58000,   0,     0),
        Row("5g-mid",          "testlab",          250000,  30000,   (20, 40), 0.05m),
        Row("5g-mmwave",       "testlab",          1500000, 100000,  (7, 23), 0) with { Settings = Blocked() },
        Row("dsl",             "wpt",              1500,    384,     50,    0),
        Row("dsl",             "firefox",          2000,    1000,    5,     0),
        Row("dsl-good",        "comcast",          8000,    8000,    40,    0.5m),
        Row("dsl-poor",        "comcast",          2000,    2000,    70,    2),
        Row("cable",           "wpt",              5000,    1000,    28,    0),
        Row("fios",            "wpt",              20000,   5000,    4,     0),
        Row("wifi",            "firefox",          30000,   15000,   2,     0),
        Row("wifi",            "comcast",          30000,   30000,   40,    0.2m),
        Row("lossy-wifi",      "testlab",          20000,   10000,   (2, 14), 0) with { Settings = LossyWifi() },
        Row("starlink",        "arxiv",            150000,  15000,   (20, 50), 1) with { Settings = Starlink() },
        Row("starlink",        "comcast",          0,       0,       20,    2.5m),
        Row("geo-satellite",   "apnic",            25000,   3000,    600,   0.5m),
        Row("transatlantic",   "testlab",          1000000, 1000000, 76,    0.01m),
        Row("eu-apac",         "testlab",          1000000, 1000000, (180, 250), 0.05m),
        Row("lan-10m",         "testlab",          10000,   10000,   0,     0),
        Row("lan-100m",        "testlab",          100000,  100000,  0,     0),
        Row("lan-1g",          "testlab",          1000000, 1000000, 0,     0),
        Row("lan-10g",         "testlab",          10000000, 10000000, 0,   0),
        Row("offline",         "testlab",          0,       0,       0,     100),
        Row("unplugged",       "testlab",          0,       0,       0,     0) with { Settings = Unplugged() },
    ];

    /// <summary>A profile by "name" or "name@source", whatever the case.</summary>
    public static bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkProfile? profile)
    {
        profile = null;
        foreach (LinkProfile candidate in All)
        {
            bool isMeant = name.Contains('@') ? Same(candidate.FullName, name) : Same(candidate.Name, name);
            if (!isMeant) continue;
            profile = candidate;
            return true;
        }

        return false;
    }

    internal static string OriginOf(string source) => Origins[source];

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static LinkProfile Row(string name, string source, decimal downKilobits, decimal upKilobits, RoundTrip roundTrip, decimal lossPercent) =>
        new(name, source, new DuplexSettings(Way(downKilobits, roundTrip, lossPercent), Way(upKilobits, roundTrip, lossPercent)));

    private static LinkSettings Way(decimal kilobits, RoundTrip roundTrip, decimal lossPercent) => new()
    {
        Rate = RateSettings.OfBits((long)(kilobits * 1_000)),
        Delay = DelaySettings.OfMilliseconds((roundTrip.Least + roundTrip.Most) / 4, (roundTrip.Most - roundTrip.Least) / 4),
        Loss = lossPercent == 0 ? LossModel.None : LossModel.RandomPercent(lossPercent),
    };

    private static DuplexSettings Unplugged() => DuplexSettings.Same(LinkSettings.Default with { HasCarrier = false });

    /// <summary>Bursts of four lost frames on average, 3.8 % in all.</summary>
    private static DuplexSettings LossyWifi()
    {
        LossModel bursts = LossModel.GilbertElliott(
            Probability.OfPercent(1), Probability.OfPercent(25), Probability.Always, Probability.Never);
        return new DuplexSettings(Way(20_000, (2, 14), 0) with { Loss = bursts }, Way(10_000, (2, 14), 0) with { Loss = bursts });
    }

    /// <summary>Somebody walks through the beam: 300 ms in every 10 s.</summary>
    private static DuplexSettings Blocked()
    {
        LossModel blockage = LossModel.Window(10_000_000_000, 5_000_000_000, 300_000_000);
        return new DuplexSettings(Way(1_500_000, (7, 23), 0) with { Loss = blockage }, Way(100_000, (7, 23), 0) with { Loss = blockage });
    }

    /// <summary>Every 15 s another satellite: a round trip of 140 ms at the start of a cycle, of 75 ms at its end.</summary>
    private static DuplexSettings Starlink()
    {
        (LinkSettings down, LinkSettings up) = (Way(150_000, (20, 50), 1), Way(15_000, (20, 50), 1));
        return new DuplexSettings(down, up) { DownTimetable = Cycle(down), UpTimetable = Cycle(up) };

        static LinkTimetable Cycle(LinkSettings steady) => new(
            [
                new LinkTimetableEntry(0, steady with { Delay = DelaySettings.OfMilliseconds(70) }),
                new LinkTimetableEntry(200_000_000, steady),
                new LinkTimetableEntry(14_800_000_000, steady with { Delay = DelaySettings.OfMilliseconds(37.5m) }),
            ],
            periodNanoseconds: 15_000_000_000);
    }

    /// <summary>Milliseconds there and back: one figure, or from the least to the most.</summary>
    private readonly record struct RoundTrip(decimal Least, decimal Most)
    {
        public static implicit operator RoundTrip(int milliseconds) => new(milliseconds, milliseconds);

        public static implicit operator RoundTrip((int Least, int Most) milliseconds) => new(milliseconds.Least, milliseconds.Most);
    }
}
