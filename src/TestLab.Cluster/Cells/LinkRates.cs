using TestLab.Labs.Running;
using TestLab.Protocol;
using TestLab.Protocol.Runs;
using TestLab.Simulation;

namespace TestLab.Cluster.Cells;

/// <summary>Makes rates of totals: of what links had carried at one look and at the next.</summary>
internal sealed class LinkRates(CellId cell)
{
    /// <summary>In one message; a lab has up to two thousand links, and nobody looks at all of them.</summary>
    public const int LinksMax = 24;

    private LinkTotals? _last;

    /// <summary>The busiest links, in the order of the plan; null where no time has passed since the last look.</summary>
    public LinksProgressed? Look(LinkTotals? totals)
    {
        if (totals is null || totals.Links.Count == 0 || totals.Time == _last?.Time) return null;
        LinkTotals? before = _last;
        _last = totals;
        double seconds = totals.Time.Since(before?.Time ?? VirtualTime.Zero) / (double)VirtualTime.NanosecondsPerSecond;
        IEnumerable<LinkProgress> links = totals.Links.Select((link, index) => Of(link, before?.Links[index], seconds));
        return new LinksProgressed(cell)
        {
            Count = totals.Links.Count,
            Links = [.. links.Select((link, index) => (Link: link, Index: index))
                .OrderByDescending(each => each.Link.DownBitsPerSecond + each.Link.UpBitsPerSecond)
                .ThenBy(each => each.Index)
                .Take(LinksMax)
                .OrderBy(each => each.Index)
                .Select(each => each.Link)],
        };
    }

    private static LinkProgress Of(LinkTotal now, LinkTotal? before, double seconds) => new(now.Name)
    {
        DownBitsPerSecond = RateOf(now.Down, before?.Down, seconds),
        UpBitsPerSecond = RateOf(now.Up, before?.Up, seconds),
        QueueBytes = now.Down.QueueBytes + now.Up.QueueBytes,
        Drops = now.Down.Drops + now.Up.Drops,
    };

    private static double RateOf(DirectionTotal now, DirectionTotal? before, double seconds) =>
        Math.Round((now.Bytes - (before?.Bytes ?? 0)) * 8 / seconds);
}
