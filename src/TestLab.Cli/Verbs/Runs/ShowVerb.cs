using System.CommandLine;
using TestLab.Cli.Runs;
using TestLab.Cluster.Runs;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary><c>testlab runs show</c>: a run's result as <c>run</c> printed it.</summary>
internal static class ShowVerb
{
    public static Command Create()
    {
        Argument<string> run = KnownRun.Argument();
        Option<bool> json = KnownRun.Json();
        var verb = new Command("show", "Show the result of a run.") { run, json };
        verb.SetAction(parsed =>
        {
            RunCatalog catalog = RunCatalog.Open();
            LabResult result = KnownRun.Get(catalog, parsed.GetRequiredValue(run));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(JsonReport.Write(result));
            else Write(output, result, catalog.FolderOf(result.Run));
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    private static void Write(TextWriter output, LabResult result, string? folder)
    {
        var text = new RunText(output, Ink.Of(1));
        output.WriteLine($"{result.Run}  {result.LabFile}  TestLab {result.Version}");
        foreach (CellResult cell in result.Cells)
        {
            if (result.Cells.Count > 1) text.WriteHead(cell);
            text.WriteSteps(cell);
            text.WriteFailures(cell);
            if (cell.Hash is { } hash) output.WriteLine($"  seed {cell.Seed}  hash {hash}");
        }

        text.WriteVerdict(result);
        if (folder is not null && File.Exists(Path.Combine(folder, RunFolder.HtmlFile)))
            output.WriteLine($"report: {Path.Combine(folder, RunFolder.HtmlFile)}");
    }
}
