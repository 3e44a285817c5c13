using Spectre.Console;
using TestLab.Labs.Words;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

/// <summary>A picture of the run that redraws itself at its place on the terminal, and is gone at the end.</summary>
/// <param name="terminal">Where it is drawn.</param>
/// <param name="lab">What is run.</param>
/// <param name="size">The terminal's size, asked for anew with each picture.</param>
/// <param name="hasColours">Whether the terminal has colours, and the user wants them.</param>
internal sealed class LiveView(TextWriter terminal, string lab, Func<TerminalSize> size, bool hasColours) : IRunView
{
    private const int NewsLines = 1;

    private readonly RunPicture _picture = new();

    /// <summary>The widths of the lines that are on the terminal.</summary>
    private int[] _shown = [];

    public void Show(IRunEvent news)
    {
        if (news is ImageProgressed { IsWarning: true } warning)
        {
            Clear(size());
            terminal.WriteLine($"testlab: warning: {warning.Machine.Name}: {warning.Text}");
        }

        _picture.Add(news);
    }

    public void Refresh()
    {
        TerminalSize now = size();
        string[] lines = Draw(now);
        Clear(now);
        terminal.Write(string.Join('\n', lines) + "\n");
        terminal.Flush();
        _shown = [.. lines.Select(line => Sheet.WidthOf(line))];
    }

    public void Dispose()
    {
        Clear(size());
        terminal.Flush();
    }

    /// <summary>The picture in at most as many lines as the terminal has.</summary>
    internal string[] Draw(TerminalSize now)
    {
        // The last column stays free: some terminals begin a new line after it.
        using var sheet = new Sheet(now.Columns - 1, hasColours);
        int rows = now.Rows - 1 - (_picture.ImageNews is null ? 0 : NewsLines);
        if (_picture.Cells.Count == 0) sheet.Line($"{lab}  starting");
        else if (_picture.Cells is [var only]) new CellDrawing(only, $"{lab}  {Clock(only)}", rows).Draw(sheet);
        else DrawCells(sheet, rows);
        if (_picture.ImageNews is { } news) sheet.Line(news);
        return sheet.Lines(now.Rows - 1);
    }

    /// <summary>Goes back over what was drawn; a terminal that has become narrower has broken long lines since.</summary>
    private void Clear(TerminalSize now)
    {
        int lines = _shown.Sum(width => Math.Max(1, (width + now.Columns - 1) / now.Columns));
        if (lines > 0) terminal.Write($"\e[{Math.Min(lines, now.Rows)}A\r\e[J");
        _shown = [];
    }

    private void DrawCells(Sheet sheet, int rows)
    {
        int ended = _picture.Cells.Count(cell => cell.Verdict is not null);
        sheet.Line($"{lab}  {ended} of {_picture.Cells.Count} cells", new Style(decoration: Decoration.Bold));
        // Those that run come first; where the terminal is short, the others are left out.
        sheet.Rows([9, 7], _picture.Cells
            .OrderBy(cell => cell.Verdict is not null).ThenBy(cell => !cell.HasStarted).Take(Math.Max(1, rows - 1))
            .Select(RowOf));
    }

    private static (string, Style)[] RowOf(CellPicture cell)
    {
        string state = cell.Verdict is { } verdict ? RunText.Word(verdict) : cell.HasStarted ? "running" : "waiting";
        Style style = cell.Verdict is null ? Style.Plain : new Style(cell.Verdict == RunVerdict.Passed ? Color.Green : Color.Red);
        string step = cell.Steps.Find(one => one.IsRunning)?.Name ?? "";
        string done = $"{cell.Steps.Count(one => one.Verdict is not null)}/{cell.Steps.Count}";
        return [(state, style), (done, Style.Plain), ($"{cell.Name}  {Clock(cell)}  {step}", Style.Plain)];
    }

    private static string Clock(CellPicture cell)
    {
        if (cell.VirtualNanoseconds == 0) return "";
        string speed = cell.HostMilliseconds > 0
            ? $"  {cell.VirtualNanoseconds / 1e6 / cell.HostMilliseconds:0.0}x real time"
            : "";
        return Unit.Duration.Approximate(cell.VirtualNanoseconds) + speed;
    }
}
