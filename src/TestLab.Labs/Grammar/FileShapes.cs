using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>Files that are put into a machine: guest path to host path or text.</summary>
internal static class FileShapes
{
    private static readonly Key<string> From = new("from", Scalars.HostPath, "A file or folder, from the lab's folder.");
    private static readonly Key<string> Content = new("content", Scalars.Text, "The text itself.");
    private static readonly Key<int> Mode = new("mode", Scalars.FileMode, "Permissions like \"0755\".");

    private static readonly Shape<FilePlan> Source = new EitherShape<FilePlan>("a path from the lab's folder, or a map",
        new ConvertedShape<string, FilePlan>(Scalars.HostPath, (path, mark, reading) =>
            new() { To = "", From = path, Sha256 = Hash(path, mark, reading) }),
        new RecordShape<FilePlan>("file", "a file", [From, Content, Mode], Build));

    public static Shape<IReadOnlyList<FilePlan>> Files { get; } = new ConvertedShape<IReadOnlyList<NamedValue<FilePlan>>, IReadOnlyList<FilePlan>>(
        new MapShape<FilePlan>("an absolute path in the machine", "/.*", Source),
        (files, _, reading) =>
        {
            foreach (NamedValue<FilePlan> file in files.Where(file => file.Name.StartsWith('/'))) Scalars.GuestPath.TryRead(file.Key, reading, out string? _);
            return [.. files.Select(file => file.Value with { To = file.Name })];
        });

    private static FilePlan Build(Fields fields, Reading reading)
    {
        if (fields.Has(From) == fields.Has(Content)) reading.Add(fields.Mark, "a file has exactly one of the keys from and content");
        string? path = fields.TryGet(From, out string? from) ? from : null;
        string? text = fields.TryGet(Content, out string? content) ? content : null;
        return new()
        {
            To = "",
            From = path,
            Content = text,
            Mode = fields.TryGet(Mode, out int mode) ? mode : null,
            Sha256 = path is null ? HostFiles.HashOfText(text ?? "") : Hash(path, fields.Mark, reading),
        };
    }

    private static string Hash(string path, Mark mark, Reading reading)
    {
        try
        {
            return reading.Files.Hash(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            reading.Add(mark, $"\"{path}\" cannot be read: {wrong.Message}");
            return "";
        }
    }
}
