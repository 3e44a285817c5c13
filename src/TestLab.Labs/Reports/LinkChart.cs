using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>Throughput and delay of one direction of a link over guest time, beside the rate it is set to.</summary>
internal sealed class LinkChart(string title, DirectionResult direction, long endNanoseconds)
{
    private const double Width = 470;
    private const double Left = 64;
    private const double Right = Width - 12;
    private const double PlotHeight = 84;
    private const double SecondPlotTop = PlotHeight + 66;

    public void Draw(Markup page)
    {
        var axis = new TimeAxis(endNanoseconds, Left, Right);
        bool hasDelay = direction.Samples.Any(sample => sample.DelayNanoseconds > 0);
        Svg.Draw(page, title, Width, hasDelay ? SecondPlotTop + PlotHeight + 24 : PlotHeight + 48, svg =>
        {
            double peak = Math.Max(
                direction.Samples.Select(sample => sample.BitsPerSecond).DefaultIfEmpty(0).Max(),
                direction.RateBitsPerSecond);
            DrawPlot(svg, axis, 22, $"{title}: throughput", peak, Figures.Rate, sample => sample.BitsPerSecond, "rate");
            if (direction.RateBitsPerSecond > 0)
            {
                double y = HeightOf(direction.RateBitsPerSecond, peak, 22);
                svg.Line(Left, y, Right, y, "limit");
            }

            if (!hasDelay) return;
            double longest = direction.Samples.Max(sample => sample.DelayNanoseconds);
            DrawPlot(
                svg, axis, SecondPlotTop, $"{title}: delay", longest, value => Figures.Time((long)value),
                sample => sample.DelayNanoseconds, "delay");
        });
    }

    private static double HeightOf(double value, double peak, double top) =>
        top + PlotHeight * (1 - (peak > 0 ? value / peak : 0));

    private void DrawPlot(
        Svg svg, TimeAxis axis, double top, string caption, double peak, Func<double, string> unit,
        Func<LinkSample, double> value, string style)
    {
        svg.Text(Left, top - 8, caption, "small");
        axis.Draw(svg, top, top + PlotHeight);
        svg.Line(Left, top + PlotHeight, Right, top + PlotHeight, "wire");
        svg.Text(Left - 4, top + 8, unit(peak), "small end");
        svg.Text(Left - 4, top + PlotHeight, "0", "small end");
        svg.Path(direction.Samples.Select(sample =>
            (axis.At(sample.StartNanoseconds), HeightOf(value(sample), peak, top))), style);
    }
}
