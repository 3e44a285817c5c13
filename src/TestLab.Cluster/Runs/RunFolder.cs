using System.Text;
using TestLab.Cluster.Cells;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;

namespace TestLab.Cluster.Runs;

/// <summary>Where the files of a run lie: those of a cell alone in the run's folder, of several in a folder each.</summary>
public sealed class RunFolder(string path)
{
    public const string ResultFile = "results.json";
    public const string JUnitFile = "results.xml";
    public const string HtmlFile = "report.html";

    public string ResultPath => Path.Combine(path, ResultFile);

    /// <summary>The name of a cell's folder in the run's; empty for the run's own.</summary>
    /// <param name="number">The cell's place, from 1.</param>
    public static string NameOf(LabPlan lab, int number) => lab.Cells.Count == 1
        ? ""
        : string.Create(null, $"{number}-") + new string([.. lab.Cells[number - 1].Name.Select(letter =>
            char.IsAsciiLetterOrDigit(letter) || letter is '.' or '=' or ',' or '-' or '_' ? letter : '_')]);

    /// <summary>A cell's result, its files named from the run's folder. The file with the cell's result goes.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public CellResult TakeCell(string file)
    {
        CellResult cell = JsonReport.ReadCell(File.ReadAllText(file));
        File.Delete(file);
        string folder = Path.GetRelativePath(path, Path.GetDirectoryName(file) ?? path);
        return folder == "." ? cell : cell with
        {
            Files = [.. cell.Files.Select(one => one with { Path = $"{folder}/{one.Path}" })],
            Machines = [.. cell.Machines.Select(machine =>
                machine.ConsoleFile is { } console ? machine with { ConsoleFile = $"{folder}/{console}" } : machine)],
        };
    }

    /// <summary>Writes the reports.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(LabResult result)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, HtmlFile), HtmlReport.Write(result), Encoding.UTF8);
        using (FileStream junit = File.Create(Path.Combine(path, JUnitFile))) JUnitReport.Write(result, junit);
        // Last, and in one go: whoever finds it finds the others too.
        string draft = ResultPath + ".new";
        File.WriteAllText(draft, JsonReport.Write(result));
        File.Move(draft, ResultPath, overwrite: true);
    }
}
