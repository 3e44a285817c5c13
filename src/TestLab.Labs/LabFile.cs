using TestLab.Images;
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
    /// <param name="catalog">Where the images are that the user imported; null: the file cannot name any.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static LabReading Read(string path, ILinkProfiles profiles, ImageCatalog? catalog = null) =>
        Parse(BytesOf(path), path, FolderOf(path), profiles, catalog);

    /// <summary>Reads a file that describes an image, as <c>image</c> does in a lab: a lab of one machine that boots it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static LabReading ReadImage(string path)
    {
        var problems = new ProblemList();
        Node? image = YamlReader.Read(BytesOf(path), problems);
        LabPlan? plan = image is null
            ? null
            : new LabReader(LabOf(image), FolderOf(path), new NetworkProfiles(), catalog: null, problems).Read();
        return problems.Count == 0 ? new(plan, []) : new(null, problems.Of(path));
    }

    /// <summary>Reads the bytes of a lab file; time and memory are bounded, whatever they are.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <param name="name">As messages name the file.</param>
    /// <param name="folder">Where the paths in the file start.</param>
    /// <param name="profiles">The link profiles that come with the program.</param>
    /// <param name="catalog">Where the images are that the user imported; null: the file cannot name any.</param>
    public static LabReading Parse(
        ReadOnlySpan<byte> bytes, string name, string folder, ILinkProfiles profiles, ImageCatalog? catalog = null)
    {
        var problems = new ProblemList();
        LabPlan? plan = YamlReader.Read(bytes, problems) switch
        {
            MapNode root => new LabReader(root, folder, profiles, catalog, problems).Read(),
            null => null,
            { } other => Refuse(other, problems),
        };
        return problems.Count == 0 ? new(plan, []) : new(null, problems.Of(name));
    }

    private static byte[] BytesOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        // One byte more than allowed is enough to see that there are too many.
        var bytes = new byte[YamlReader.BytesMax + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static MapNode LabOf(Node image) => Map(
        (LabKeys.LabName, Word("recipe")), (LabKeys.MachinesName, Map(("recipe", Map(("image", image))))));

    private static MapNode Map(params (string Key, Node Value)[] entries) =>
        new(Mark.Start, [.. entries.Select(entry => new MapEntry(Word(entry.Key), entry.Value))]);

    private static ScalarNode Word(string text) => new(Mark.Start, text, IsPlain: true, IsOnOneLine: true);

    private static LabPlan? Refuse(Node root, ProblemList problems)
    {
        problems.Add(root.Mark, $"a lab file is a map that begins with lab: NAME, not {root.Kind}");
        return null;
    }
}
