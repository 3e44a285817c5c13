using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Counters;

namespace TestLab.Labs.Running;

/// <summary>What a direction did between two readings, as the figures that a lab file can ask for.</summary>
internal sealed class LinkMeasurement(LinkReading before, LinkReading after)
{
    private ulong Frames => after.Counters.FramesDelivered - before.Counters.FramesDelivered;

    private long Busy => after.BusyNanoseconds - before.BusyNanoseconds;

    private ulong Lost => Dropped(DropCause.Loss);

    /// <summary>The figure in the unit of a <see cref="LinkCheck"/>; null where nothing passed that it could be taken of.</summary>
    public ulong? Value(LinkFigure figure) => figure switch
    {
        LinkFigure.Rate => PerSecond(after.Meter.CountedBytes - before.Meter.CountedBytes),
        LinkFigure.Goodput => PerSecond(after.Meter.PayloadBytes - before.Meter.PayloadBytes),
        LinkFigure.Delay => MeanDelay(),
        LinkFigure.DelayMin => Frames == 0 ? null : ExtremeDelay(isLeast: true),
        LinkFigure.DelayMax => Frames == 0 ? null : ExtremeDelay(isLeast: false),
        LinkFigure.Loss => Frames + Lost == 0 ? null : (ulong)((UInt128)Lost * Probability.One / (Frames + Lost)),
        LinkFigure.Drops => Dropped(DropCause.QueueFull) + Dropped(DropCause.CoDel) + Dropped(DropCause.Red),
        LinkFigure.Frames => Frames,
        LinkFigure.Bytes => after.Counters.BytesDelivered - before.Counters.BytesDelivered,
        _ => throw new ArgumentOutOfRangeException(nameof(figure), figure, "There is no such figure."),
    };

    public static string Describe(LinkFigure figure, ulong value) => figure switch
    {
        LinkFigure.Rate or LinkFigure.Goodput => Figures.Rate(value),
        LinkFigure.Delay or LinkFigure.DelayMin or LinkFigure.DelayMax => Figures.Time((long)value),
        LinkFigure.Loss => $"{value * 100m / Probability.One:0.####} %",
        LinkFigure.Bytes => Figures.Size(value),
        _ => value.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private ulong Dropped(DropCause cause) => after.Counters.Dropped(cause) - before.Counters.Dropped(cause);

    private ulong? PerSecond(ulong bytes) => Busy == 0 ? null : (ulong)((UInt128)bytes * 8_000_000_000 / (ulong)Busy);

    private ulong? MeanDelay()
    {
        UInt128 sum = Sum(after.Delays) - Sum(before.Delays);
        return Frames == 0 ? null : (ulong)(sum / Frames);
    }

    /// <summary>Exact where nothing was delivered before; else the bound of its class, an eighth of an octave wide.</summary>
    private ulong ExtremeDelay(bool isLeast)
    {
        if (before.Counters.FramesDelivered == 0) return (ulong)(isLeast ? after.Delays.Least : after.Delays.Most);
        var between = new DelayHistogram();
        int first = after.Delays.First;
        ulong[] counts = [.. after.Delays.Counts.Select((count, index) => count - CountIn(before.Delays, first + index))];
        between.Restore(after.Delays with { Counts = counts });
        return (ulong)between.PercentileNanoseconds(isLeast ? 0 : 100);
    }

    private static ulong CountIn(in DelayHistogramState delays, int number)
    {
        int index = number - delays.First;
        return index >= 0 && index < delays.Counts.Length ? delays.Counts[index] : 0;
    }

    private static UInt128 Sum(in DelayHistogramState delays) => new(delays.SumHigh, delays.SumLow);
}
