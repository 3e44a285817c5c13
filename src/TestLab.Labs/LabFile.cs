using TestLab.Labs.Cells;
using TestLab.Labs.Grammar;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs;

/// <summary>Reads lab files.</summary>
public static class LabFile
{
    /// <summary>The name of the lab file in a folder.</summary>
    public const string Name = "lab.yaml";

    /// <summary>The lab file that a user means: the file itself, or the one in the folder; null where there is none.</summary>
    public static string? Locate(string path)
    {
        if (File.Exists(path)) return path;
        string inside = Path.Combine(path, Name);
        return File.Exists(inside) ? inside : null;
    }

    /// <summary>Reads a lab file.</summary>
    /// <param name="path">As messages name it.</param>
    /// <param name="profiles">The link profiles that come with the program.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static LabReading Read(string path, ILinkProfiles profiles)
    {
        using FileStream file = File.OpenRead(path);
        // One byte more than allowed is enough to see that there are too many.
        var bytes = new byte[YamlReader.BytesMax + 1];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return Parse(bytes.AsSpan(0, length), path, folder, profiles);
    }

    /// <summary>Reads the bytes of a lab file; time and memory are bounded, whatever they are.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <param name="name">As messages name the file.</param>
    /// <param name="folder">Where the paths in the file start.</param>
    /// <param name="profiles">The link profiles that come with the program.</param>
    public static LabReading Parse(ReadOnlySpan<byte> bytes, string name, string folder, ILinkProfiles profiles)
    {
        var problems = new ProblemList();
        LabPlan? plan = YamlReader.Read(bytes, problems) switch
        {
            MapNode root => new LabReader(root, folder, profiles, problems).Read(),
            null => null,
            { } other => Refuse(other, problems),
        };
        return problems.Count == 0 ? new(plan, []) : new(null, problems.Of(name));
    }

    private static LabPlan? Refuse(Node root, ProblemList problems)
    {
        problems.Add(root.Mark, $"a lab file is a map that begins with lab: NAME, not {root.Kind}");
        return null;
    }
}
