using Spectre.Console;
using TestLab.Labs.Words;
using TestLab.Protocol;
using TestLab.Protocol.Runs;
using StepVerdict = TestLab.Protocol.StepVerdict;

namespace TestLab.Cli.Runs;

/// <summary>A picture of the run that redraws itself at its place on the terminal, and is gone at the end.</summary>
internal sealed class LiveView(TextWriter terminal, string lab, int columns, int rows, bool hasColours) : IRunView
{
    private const int StepRows = 8;

    private readonly RunPicture _picture = new();
    private int _linesShown;

    public void Show(IRunEvent news)
    {
        if (news is ImageProgressed { IsWarning: true } warning)
        {
            Clear();
            terminal.WriteLine($"testlab: warning: {warning.Machine.Name}: {warning.Text}");
        }

        _picture.Add(news);
    }

    public void Refresh()
    {
        string[] lines = Draw();
        Clear();
        terminal.Write(string.Join('\n', lines) + "\n");
        terminal.Flush();
        _linesShown = lines.Length;
    }

    public void Dispose()
    {
        Clear();
        terminal.Flush();
    }

    /// <summary>The picture in at most as many lines as the terminal has.</summary>
    internal string[] Draw()
    {
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = columns;
        if (_picture.Cells is [var only]) DrawCell(console, only);
        else DrawCells(console);
        if (_picture.ImageNews is { } news) console.Write(Line(news, Style.Plain));
        return [.. text.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r')).Take(Math.Max(1, rows - 1))];
    }

    private void Clear()
    {
        if (_linesShown > 0) terminal.Write($"\e[{_linesShown}A\r\e[J");
        _linesShown = 0;
    }

    private void DrawCell(IAnsiConsole console, CellPicture cell)
    {
        console.Write(Line($"{lab}  {Clock(cell)}", new Style(decoration: Decoration.Bold)));
        int names = Math.Clamp(cell.Machines.Select(machine => machine.Name.Length).DefaultIfEmpty().Max(), 9, 24);
        Table machines = Columns(names, 12, out int lineColumns);
        int rowsLeft = Math.Max(3, rows - StepRows - 4);
        foreach (MachinePicture machine in cell.Machines.Take(rowsLeft))
        {
            machines.AddRow(
                Cell(Cut(machine.Name, names)), Cell(machine.Stage.ToString().ToLowerInvariant(), Of(machine.Stage)),
                Cell(Cut(machine.LastLine, lineColumns), new Style(decoration: Decoration.Dim)));
        }

        console.Write(machines);
        if (cell.Machines.Count > rowsLeft) console.Write(Line($"  and {cell.Machines.Count - rowsLeft} more machines", Style.Plain));
        Table steps = Columns(9, 8, out int nameColumns);
        int current = cell.Steps.FindLastIndex(step => step.IsRunning || step.Verdict is not null);
        foreach (StepPicture step in cell.Steps.Skip(Math.Clamp(current - StepRows + 3, 0, Math.Max(0, cell.Steps.Count - StepRows))).Take(StepRows))
        {
            string word = step.IsRunning ? "running" : step.Verdict is { } verdict ? Word(verdict) : "";
            string time = step.Verdict is null or StepVerdict.Skipped ? "" : Unit.Duration.Approximate(step.Nanoseconds);
            steps.AddRow(Cell(word, Of(step.Verdict)), Cell(time), Cell(Cut(step.Name, nameColumns)));
        }

        console.Write(steps);
    }

    private void DrawCells(IAnsiConsole console)
    {
        int ended = _picture.Cells.Count(cell => cell.Verdict is not null);
        console.Write(Line($"{lab}  {ended} of {_picture.Cells.Count} cells", new Style(decoration: Decoration.Bold)));
        Table table = Columns(9, 7, out int rest);
        // Those that run come first; where the terminal is short, the others are left out.
        foreach (CellPicture cell in _picture.Cells.OrderBy(cell => cell.Verdict is not null).ThenBy(cell => !cell.HasStarted).Take(rows - 4))
        {
            string state = cell.Verdict is { } verdict ? RunText.Word(verdict) : cell.HasStarted ? "running" : "waiting";
            Style style = cell.Verdict is null ? Style.Plain : new Style(cell.Verdict == RunVerdict.Passed ? Color.Green : Color.Red);
            string step = cell.Steps.Find(one => one.IsRunning)?.Name ?? "";
            string done = $"{cell.Steps.Count(one => one.Verdict is not null)}/{cell.Steps.Count}";
            table.AddRow(Cell(state, style), Cell(done), Cell(Cut($"{cell.Name}  {Clock(cell)}  {step}", rest)));
        }

        console.Write(table);
    }

    private static string Clock(CellPicture cell)
    {
        if (cell.VirtualNanoseconds == 0) return "";
        string speed = cell.HostMilliseconds > 0
            ? $"  {cell.VirtualNanoseconds / 1e6 / cell.HostMilliseconds:0.0}x real time"
            : "";
        return Unit.Duration.Approximate(cell.VirtualNanoseconds) + speed;
    }

    /// <summary>Three columns: two of a width, and one for the rest.</summary>
    private Table Columns(int first, int second, out int rest)
    {
        const int margins = 6;
        rest = Math.Max(1, columns - first - second - margins);
        Table table = new Table().NoBorder().HideHeaders();
        foreach (int width in new[] { first, second, rest })
            table.AddColumn(new TableColumn("").NoWrap().Padding(2, 0, 0, 0).Width(width));
        return table;
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "\u2026";

    private static Text Cell(string text, Style? style = null) => new(text, style);

    private Text Line(string text, Style style) => new(Cut(text, columns) + "\n", style);

    private static string Word(StepVerdict verdict) => verdict == StepVerdict.TimedOut ? "timed out" : verdict.ToString().ToLowerInvariant();

    private static Style Of(StepVerdict? verdict) => verdict switch
    {
        StepVerdict.Passed => new Style(Color.Green),
        StepVerdict.Failed or StepVerdict.TimedOut => new Style(Color.Red),
        StepVerdict.Skipped => new Style(decoration: Decoration.Dim),
        _ => Style.Plain,
    };

    private static Style Of(MachineStage stage) => stage switch
    {
        MachineStage.Ready => new Style(Color.Green),
        MachineStage.Failed => new Style(Color.Red),
        MachineStage.Booting or MachineStage.Starting or MachineStage.Provisioning => new Style(Color.Yellow),
        _ => new Style(decoration: Decoration.Dim),
    };
}
