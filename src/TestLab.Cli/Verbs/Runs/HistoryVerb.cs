using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Labs.Results;
using TestLab.Labs.Words;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary><c>testlab runs history</c>: what became of each step of a lab over its runs.</summary>
internal static class HistoryVerb
{
    private const int MarksMax = 20;

    public static Command Create()
    {
        var lab = new Argument<string>("LAB") { Description = "The name of a lab." };
        Option<bool> json = KnownRun.Json();
        var verb = new Command("history", "Show the verdicts of a lab's steps over its runs; flaky ones are marked.")
        {
            lab, json,
        };
        verb.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(lab);
            RunCatalog catalog = RunCatalog.Open();
            IReadOnlyList<StepHistory> steps = catalog.History(name);
            if (steps.Count == 0) throw KnownRun.UnknownLab(catalog, name);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(KnownRun.ToJson(steps));
            else Table.Write(output, ["STEP", "CELL", "PASSED", "FAILED", "LATELY", "LASTED", ""], steps.Select(Columns));
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    private static string[] Columns(StepHistory step) =>
    [
        step.Step, step.Cell.Length > 0 ? step.Cell : "-", $"{step.Passed}", $"{step.Failed}",
        new string([.. step.Records.TakeLast(MarksMax).Select(Mark)]),
        Unit.Duration.Approximate(step.Records[^1].DurationNanoseconds), step.IsFlaky ? "flaky" : "",
    ];

    private static char Mark(StepRecord record) => record.Verdict switch
    {
        StepVerdict.Passed => record.Tries > 1 ? 'r' : '.',
        StepVerdict.Failed => 'F',
        StepVerdict.TimedOut => 'T',
        _ => '-',
    };
}
