namespace TestLab.Labs.Reports;

/// <summary>Guest time from left to right, with marks at round moments.</summary>
internal sealed class TimeAxis(long endNanoseconds, double left, double right)
{
    private const int MarksWanted = 6;

    private long End => Math.Max(endNanoseconds, 1);

    public double At(long nanoseconds) => left + (right - left) * Math.Clamp(nanoseconds, 0, End) / End;

    /// <summary>Draws the marks from top to bottom, with their times below.</summary>
    public void Draw(Svg svg, double top, double bottom)
    {
        long step = RoundStep();
        for (long moment = 0; moment <= End; moment += step)
        {
            svg.Line(At(moment), top, At(moment), bottom, "grid");
            svg.Text(At(moment), bottom + 14, Figures.Time(moment), "small middle");
        }
    }

    /// <summary>1, 2 or 5 times a power of ten nanoseconds, or half a minute upwards, so that there are a few marks.</summary>
    private long RoundStep()
    {
        long wanted = Math.Max(1, End / MarksWanted);
        long[] minutes = [30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 36_000];
        if (wanted > 20_000_000_000)
            return minutes.Select(seconds => seconds * 1_000_000_000).FirstOrDefault(step => step >= wanted, End);

        long power = 1;
        while (power * 10 <= wanted) power *= 10;
        return new[] { 1, 2, 5, 10 }.Select(digit => digit * power).First(step => step >= wanted);
    }
}
