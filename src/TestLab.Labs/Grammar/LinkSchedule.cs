using TestLab.Labs.Links;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>Changes in order of time, and the period after which they start over (0: never).</summary>
internal sealed record LinkSchedule(IReadOnlyList<LinkChange> Changes, long PeriodNanoseconds)
{
    public static LinkSchedule Of(IReadOnlyList<LinkChange> changes, long period, Mark mark, Reading reading)
    {
        LinkChange[] sorted = [.. changes.OrderBy(change => change.AtNanoseconds)];
        if (changes.GroupBy(change => change.AtNanoseconds).Any(group => group.Count() > 1))
        {
            reading.Add(mark, "two changes of the schedule are at the same time");
        }
        if (period > 0 && sorted.Any(change => change.AtNanoseconds >= period))
        {
            reading.Add(mark, "a change of the schedule is at or after the end of its period");
        }
        return new(sorted, period);
    }
}
