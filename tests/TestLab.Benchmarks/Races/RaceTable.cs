namespace TestLab.Benchmarks.Races;

/// <summary>Figures of races for tables: of the clock on the wall, and in brackets of processor time.</summary>
internal static class RaceTable
{
    /// <summary>The width of each figure.</summary>
    public const int Width = 16;

    /// <summary>The median of what a contender took.</summary>
    public static string Seconds(Race race, string name) =>
        Figure(measure => race.Median(name, cost => measure(cost).TotalSeconds));

    /// <summary>How many times as long as the other one took, on geometric average of several races.</summary>
    public static string Ratio(IReadOnlyList<Race> races, string one, string other) =>
        Figure(measure => Statistics.GeometricMean(races.Select(race => race.Ratio(one, other, measure))));

    /// <summary>Millions of instructions a second of processor time.</summary>
    public static string Speed(Race race) =>
        $"{race.Median(ContenderNames.Ours, cost => cost.Instructions / cost.Processor.TotalSeconds / 1e6),7:F0}";

    public static string Heading(IEnumerable<string> columns) => string.Concat(columns.Select(column => column.PadLeft(Width)));

    private static string Figure(Func<Func<Moment, TimeSpan>, double> of) =>
        $"{of(cost => cost.Wall):F2} {$"({of(cost => cost.Processor):F2})",8}".PadLeft(Width);
}
