namespace TestLab.Cli.Hosting;

/// <summary>Plain columns: aligned for the eye, and one row a line for other programs.</summary>
internal static class Table
{
    public static void Write(TextWriter output, string[] titles, IEnumerable<string[]> rows)
    {
        string[][] all = [titles, .. rows];
        int[] widths = [.. titles.Select((_, column) => all.Max(row => row[column].Length))];
        foreach (string[] row in all)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
