using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Cli.Runs;
using TestLab.Labs.Words;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary><c>testlab runs list</c>.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var lab = new Option<string?>("--lab") { Description = "Only runs of this lab.", HelpName = "NAME" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many (default: 20).",
            HelpName = "N",
            DefaultValueFactory = _ => 20,
        };
        Option<bool> json = KnownRun.Json();
        var verb = new Command("list", "List the runs, the newest first.") { lab, limit, json };
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(limit) < 1)
                throw new WrongInputException("--limit is a number from 1", "give one or leave it out");
            RunCatalog catalog = RunCatalog.Open();
            IReadOnlyList<RunSummary> runs = catalog.List(parsed.GetValue(lab), parsed.GetValue(limit));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(KnownRun.ToJson(runs));
            else if (runs.Count == 0 && parsed.GetValue(lab) is { } name) throw KnownRun.UnknownLab(catalog, name);
            else if (runs.Count == 0) parsed.InvocationConfiguration.Error.WriteLine("testlab: no runs yet");
            else Table.Write(output, ["RUN", "VERDICT", "CELLS", "TOOK", "STARTED"], runs.Select(Columns));
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    private static string[] Columns(RunSummary run) =>
    [
        run.Run, RunText.Word(run.Verdict), $"{run.CellsPassed}/{run.Cells}",
        Unit.Duration.Approximate((long)(run.HostSeconds * 1e9)), $"{run.StartedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}",
    ];
}
