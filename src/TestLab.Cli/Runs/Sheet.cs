using System.Text.RegularExpressions;
using Spectre.Console;

namespace TestLab.Cli.Runs;

/// <summary>Lines of a picture, of a fixed width, in columns.</summary>
/// <remarks>What guests print may be anything: it is text, never markup, and cut to its column.</remarks>
internal sealed partial class Sheet : IDisposable
{
    private const int Gap = 2;

    private readonly StringWriter _text = new();
    private readonly IAnsiConsole _console;

    public Sheet(int columns, bool hasColours)
    {
        Columns = columns;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_text),
        });
        _console.Profile.Width = columns;
    }

    public int Columns { get; }

    public void Dispose() => _text.Dispose();

    public void Line(string text, Style? style = null) => _console.Write(new Text(Cut(text, Columns) + "\n", style));

    /// <summary>Rows of cells, set off from the edge; the last column has what the others leave.</summary>
    /// <param name="widths">Of all columns but the last.</param>
    public void Rows(int[] widths, IEnumerable<(string Text, Style Style)[]> rows)
    {
        int[] all = [.. widths, RestOf(Columns, widths)];
        foreach ((string Text, Style Style)[] row in rows)
        {
            for (int column = 0; column < row.Length; column++)
            {
                string cell = Cut(row[column].Text, all[column]);
                string blanks = column == row.Length - 1 ? "" : new string(' ', all[column] - cell.GetCellWidth());
                _console.Write(new Text(new string(' ', Gap)));
                _console.Write(new Text(cell, row[column].Style));
                _console.Write(new Text(blanks));
            }

            _console.WriteLine();
        }
    }

    /// <summary>What a row of so many columns leaves for its last cell.</summary>
    public static int RestOf(int columns, int[] widths) =>
        Math.Max(1, columns - Gap - widths.Sum(width => width + Gap));

    /// <summary>At most so many lines, each as wide as the sheet at most.</summary>
    public string[] Lines(int limit) =>
        [.. _text.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r')).Take(Math.Max(1, limit))];

    /// <summary>The columns that a line takes, its trailing blanks among them; colours take none.</summary>
    public static int WidthOf(string line) => Colour().Replace(line, "").GetCellWidth();

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colour();

    /// <summary>As much as there is room for; a letter may be two columns wide.</summary>
    private static string Cut(string text, int width)
    {
        if (text.GetCellWidth() <= width) return text;
        int end = Math.Min(text.Length, width);
        while (end > 0 && (text[..end].GetCellWidth() >= width || char.IsHighSurrogate(text[end - 1]))) end--;
        return text[..end] + "\u2026";
    }
}
