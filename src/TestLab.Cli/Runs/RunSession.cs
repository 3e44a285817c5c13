using System.Threading.Channels;
using TestLab.Cli.Hosting;
using TestLab.Cluster.Nodes;
using TestLab.Cluster.Runs;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Protocol;
using TestLab.Protocol.Runs;
using TestLab.Storage;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Runs;

/// <summary>One lab from the command to the exit code.</summary>
internal sealed class RunSession(RunRequest request, LabPlan lab, string path, TextWriter output, TextWriter errors)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    private readonly RunText _text = new(request.PrintsJson || request.IsQuiet ? TextWriter.Null : output, Ink.Of(1));

    /// <exception cref="WrongInputException">No results can be written where they are to go.</exception>
    public async Task<ExitCode> RunAsync()
    {
        RunPlace place = RunPlace.Create(lab.Name, request.Folder, TimeProvider.System.GetLocalNow());
        bool isLive = !request.IsQuiet && RawTerminal.IsTerminal(2) && !Ink.IsDumb;
        var steps = new StepLines(_text, isAtOnce: !isLive);
        RunFinished finished;
        using (var interruption = new Interruption())
        using (IRunView view = ViewOf(isLive))
        {
            await using LabNode node = LabNode.StartSolo();
            RunFeed feed = node.Start(CommandOf(place));
            await using CancellationTokenRegistration stop = interruption.Token.Register(feed.Stop);
            finished = await FollowAsync(feed.Events, news =>
            {
                view.Show(news);
                steps.Add(news);
            }, view.Refresh);
        }

        return Finish(place, finished, steps);
    }

    private StartRun CommandOf(RunPlace place) => new(new RunId(place.Run))
    {
        LabFile = Path.GetFullPath(path),
        LabName = path,
        Folder = place.Folder,
        Only = request.Only,
        Seed = request.Seed,
        Threads = request.Threads,
        Jobs = request.Jobs,
        Engine = request.Engine,
        Replay = request.Replay,
        Version = typeof(RunSession).Assembly.GetName().Version?.ToString(3) ?? "",
    };

    private IRunView ViewOf(bool isLive) => (isLive, request.IsQuiet) switch
    {
        (_, true) => new QuietView(),
        (true, _) => new LiveView(errors, lab.Name, TerminalSize.Current, hasColours: !Ink.IsUnwanted),
        _ => new PlainView(errors),
    };

    private static async Task<RunFinished> FollowAsync(ChannelReader<IRunEvent> events, Action<IRunEvent> show, Action refresh)
    {
        using var timer = new PeriodicTimer(RefreshInterval);
        Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
        Task<bool> more = events.WaitToReadAsync().AsTask();
        while (true)
        {
            await Task.WhenAny(tick, more);
            if (more.IsCompleted)
            {
                if (!await more) throw new InvalidOperationException("The cluster ended before the run.");
                while (events.TryRead(out IRunEvent? news))
                {
                    show(news);
                    if (news is RunFinished finished) return finished;
                }

                more = events.WaitToReadAsync().AsTask();
            }

            if (!tick.IsCompleted) continue;
            refresh();
            tick = timer.WaitForNextTickAsync().AsTask();
        }
    }

    private ExitCode Finish(RunPlace place, RunFinished finished, StepLines steps)
    {
        if (finished.ResultFile is not { } file)
        {
            errors.WriteLine($"testlab: {finished.Failure}");
            return ExitCode.MachineryFailed;
        }

        LabResult result = JsonReport.Read(File.ReadAllText(file));
        foreach (CellResult cell in result.Cells) WriteCell(cell, result.Cells.Count, steps);
        if (request.PrintsJson) output.WriteLine(JsonReport.Write(result));
        _text.WriteVerdict(result);
        string report = Path.Combine(place.Folder, RunFolder.HtmlFile);
        if (request.IsQuiet && result.Verdict != Verdict.Passed) Complain(result, report);
        else if (!request.IsQuiet && !request.PrintsJson) output.WriteLine($"report: {report}");
        output.Flush();
        CopyReports(place.Folder, result);
        Keep(result, place.Folder);
        return CodeOf(result.Verdict);
    }

    private void WriteCell(CellResult cell, int cells, StepLines steps)
    {
        if (cells > 1) _text.WriteHead(cell);
        steps.Finish(cell);
        _text.WriteFailures(cell);
        if (cell.Verdict == Verdict.Broken && (request.PrintsJson || request.IsQuiet)) errors.WriteLine($"testlab: {cell.Failure}");
    }

    private void Complain(LabResult result, string report) =>
        errors.WriteLine($"testlab: {result.Lab} {RunText.Word(result.Verdict)}; report: {report}");

    /// <summary>Reports go where the options say, and where the lab file does.</summary>
    private void CopyReports(string folder, LabResult result)
    {
        var copies = new (string Report, string? Place)[]
        {
            (RunFolder.JUnitFile, request.Junit),
            (RunFolder.HtmlFile, request.Html),
            (RunFolder.JUnitFile, InLab(lab.Results.Junit)),
            (RunFolder.HtmlFile, InLab(lab.Results.Html)),
            (RunFolder.ResultFile, InLab(lab.Results.Json)),
        };
        foreach ((string report, string? place) in copies)
        {
            if (place is null) continue;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(place)) ?? "/");
                File.Copy(Path.Combine(folder, report), place, overwrite: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine($"testlab: warning: {result.Run}: {place} cannot be written: {error.Message}");
            }
        }
    }

    private string? InLab(string? place) => place is null ? null : Path.GetFullPath(place, lab.Folder);

    /// <summary>The verdict stands, whatever becomes of the catalog.</summary>
    private void Keep(LabResult result, string folder)
    {
        try
        {
            RunCatalog.Open().Add(result, folder);
        }
        catch (CatalogException error)
        {
            errors.WriteLine($"testlab: warning: {error.Message}");
        }
    }

    private static ExitCode CodeOf(Verdict verdict) => verdict switch
    {
        Verdict.Passed => ExitCode.Passed,
        Verdict.Failed => ExitCode.Failed,
        Verdict.TimedOut => ExitCode.TimedOut,
        Verdict.Cancelled => ExitCode.Interrupted,
        _ => ExitCode.MachineryFailed,
    };
}
