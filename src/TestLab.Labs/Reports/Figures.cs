using System.Globalization;

namespace TestLab.Labs.Reports;

/// <summary>Times, sizes and rates as people read them.</summary>
public static class Figures
{
    private static readonly (double Factor, string Unit)[] Times =
        [(3_600e9, "h"), (60e9, "min"), (1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns")];

    private static readonly (double Factor, string Unit)[] Rates =
        [(1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1, "bit/s")];

    private static readonly (double Factor, string Unit)[] Sizes =
        [(1L << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")];

    private static readonly (double Factor, string Unit)[] Counts = [(1e9, " G"), (1e6, " M"), (1e3, " k"), (1, "")];

    public static string Time(long nanoseconds) => Scaled(nanoseconds, Times);

    public static string Rate(double bitsPerSecond) => Scaled(bitsPerSecond, Rates);

    public static string Size(double bytes) => Scaled(bytes, Sizes);

    /// <summary>A count in thousands, millions or billions: <c>1.21 G</c>.</summary>
    public static string Count(double count)
    {
        (double factor, string unit) = Array.Find(Counts, step => Math.Abs(count) >= step.Factor || step.Factor == 1);
        return Digits(count / factor) + unit;
    }

    private static string Scaled(double value, (double Factor, string Unit)[] steps)
    {
        if (value == 0) return $"0 {(steps == Times ? "s" : steps[^1].Unit)}";
        (double factor, string unit) = Array.Find(steps, step => Math.Abs(value) >= step.Factor || step == steps[^1]);
        return $"{Digits(value / factor)} {unit}";
    }

    /// <summary>Three significant digits, without needless zeros.</summary>
    private static string Digits(double value)
    {
        int decimals = Math.Abs(value) switch { >= 100 => 0, >= 10 => 1, _ => 2 };
        return Math.Round(value, decimals, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture);
    }
}
