using TestLab.Labs.Links;
using TestLab.Labs.Reports;

namespace TestLab.Labs.Running;

/// <summary>The figures of a link as people say them.</summary>
public static class LinkWords
{
    public static string Describe(LinkModel model)
    {
        var words = new List<string>();
        if (model.Trace is { } trace) words.Add($"trace {trace}");
        else if (model.RateBitsPerSecond > 0) words.Add(Figures.Rate(model.RateBitsPerSecond));
        if (model.DelayNanoseconds > 0) words.Add(Figures.Time(model.DelayNanoseconds));
        if (model.Jitter is { } jitter) words.Add($"jitter {Figures.Time(jitter.Nanoseconds)}");
        if (model.Loss is { } loss) words.Add($"loss {Describe(loss)}");
        if (model.Duplicate != Probability.Zero) words.Add($"duplicate {model.Duplicate}");
        if (model.Corrupt != Probability.Zero) words.Add($"corrupt {model.Corrupt}");
        if (model.Reorder is { } reorder) words.Add($"reorder {reorder.Chance}");
        if (model.Schedule.Count > 0) words.Add("on a timetable");
        return words.Count == 0 ? "plain" : string.Join(", ", words);
    }

    private static string Describe(LossModel loss) => loss switch
    {
        RandomLoss random => random.Chance.ToString(),
        GilbertLoss gilbert => $"in bursts (p {gilbert.P}, r {gilbert.R})",
        MarkovLoss => "in four states",
        EveryNthLoss every => $"of every {every.Count}th frame",
        ScheduledLoss schedule => $"of {schedule.Frames.Count} given frames",
        WindowLoss => "in windows of time",
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "There is no such loss."),
    };
}
