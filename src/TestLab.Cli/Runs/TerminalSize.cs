namespace TestLab.Cli.Runs;

/// <summary>What a terminal has room for.</summary>
internal readonly record struct TerminalSize(int Columns, int Rows)
{
    private const int ColumnsLeast = 20;
    private const int RowsLeast = 6;

    /// <summary>The terminal's size now; the usual one where it does not say.</summary>
    public static TerminalSize Current() => new(
        Console.WindowWidth >= ColumnsLeast ? Console.WindowWidth : 80,
        Console.WindowHeight >= RowsLeast ? Console.WindowHeight : 24);
}
