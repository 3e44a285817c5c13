using System.CommandLine;
using TestLab.Images;
using TestLab.Labs;
using TestLab.Labs.Links;

namespace TestLab.Cli.Verbs.Plans;

/// <summary>The lab file that a verb is given.</summary>
internal static class LabInput
{
    public static Argument<string> Lab() => new("LAB") { Description = $"A lab file, or a folder with a {LabFile.Name} in it." };

    /// <exception cref="WrongInputException">There is no such file.</exception>
    public static LabReading Read(string lab, out string path)
    {
        path = LabFile.Locate(lab) ?? throw new WrongInputException($"there is no lab file {lab}",
            Directory.Exists(lab) ? $"the folder has no {LabFile.Name}" : $"name a lab file, or a folder with a {LabFile.Name} in it");
        return LabFile.Read(path, new NetworkProfiles(), new ImageCatalog());
    }

    public static void Complain(string path, LabReading reading, TextWriter errors)
    {
        foreach (LabProblem problem in reading.Problems) errors.WriteLine(problem);
        int count = reading.Problems.Count;
        errors.WriteLine($"testlab: {path}: {count} {(count == 1 ? "error" : "errors")}");
    }
}
