using TestLab.Labs.Plans;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Plans;

/// <summary>A step in a few words.</summary>
internal static class StepWords
{
    private const int LengthMax = 60;

    public static string Of(StepPlan step)
    {
        string words = Of(step.Action) + (step.Background is { } name ? $" (as {name})" : "");
        if (step.During.Count > 0) words += $"; meanwhile {string.Join(", ", step.During.Select(Of))}";
        return words.Length <= LengthMax ? words : $"{words[..LengthMax]}...";
    }

    private static string Of(DisturbancePlan item) =>
        $"{Of(item.Action)} at {Unit.Duration.Approximate(item.AtNanoseconds)}"
        + (item.ForNanoseconds is { } duration ? $" for {Unit.Duration.Approximate(duration)}" : "");

    private static string Of(StepAction action) => action switch
    {
        RunAction { Commands: [var command, ..] } => $"run {command.Split('\n')[0]}",
        CopyAction { IsToMachine: true } copy => $"copy {copy.HostPath} to {copy.GuestPath}",
        CopyAction copy => $"copy {copy.GuestPath} to {copy.HostPath}",
        PauseAction pause => $"wait {Unit.Duration.Approximate(pause.Nanoseconds)}",
        WaitAction wait => $"wait for {Plural(wait.Until.Conditions.Count, "condition")}",
        BarrierAction barrier => $"barrier {string.Join(", ", barrier.Backgrounds)}",
        StopAction stop => $"stop {string.Join(", ", stop.Backgrounds)}",
        MeasureAction measure => $"measure {measure.Link}: {Plural(measure.Checks.Count, "figure")}",
        LinkAction link => $"{link.Verb.ToString().ToLowerInvariant()} {string.Join(", ", link.Links)}",
        PowerAction power => $"{power.Verb.ToString().ToLowerInvariant()} {string.Join(", ", power.Targets)}",
        _ => "run",
    };

    private static string Plural(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
