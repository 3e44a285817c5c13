using System.Formats.Tar;

namespace TestLab.Images.RootFileSystem;

/// <summary>The files of an archive under names of our own: nothing in it decides where something is written.</summary>
internal sealed class ArchiveParts
{
    /// <summary>A saved image has three for each layer, of which there are 127 at most.</summary>
    public const int PartsMax = 10_000;

    /// <summary>What docker saves has links from one layer to an equal one.</summary>
    private const int LinksMax = 8;

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    private ArchiveParts()
    {
    }

    /// <summary>Of an archive that has not been read.</summary>
    public static ArchiveParts None { get; } = new();

    /// <summary>Unpacks an archive into an empty folder.</summary>
    /// <exception cref="InvalidDataException">It is none, or has paths that lead out of it.</exception>
    public static async Task<ArchiveParts> UnpackAsync(string archive, string folder, CancellationToken cancellation)
    {
        ArchiveParts parts = new();
        Directory.CreateDirectory(folder);
        await using FileStream file = File.OpenRead(archive);
        await using TarReader reader = new(file);
        int number = 0;
        while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (number++ == PartsMax)
            {
                throw new InvalidDataException($"it has more than {PartsMax} parts");
            }
            string name = Join(LayerPath.Split(entry.Name));
            switch (entry.EntryType)
            {
                case TarEntryType.SymbolicLink:
                    parts._links[name] = Join(Targeted(name, entry.LinkName));
                    break;
                case TarEntryType.HardLink:
                    parts._links[name] = Join(LayerPath.Split(entry.LinkName));
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    string place = Path.Combine(folder, $"{number}");
                    parts._files[name] = place;
                    await using (FileStream output = new(place, FileMode.CreateNew))
                    {
                        await (entry.DataStream ?? Stream.Null).CopyToAsync(output, cancellation).ConfigureAwait(false);
                    }
                    break;
            }
        }
        return parts;
    }

    /// <summary>Where a part is; null where the archive has none of that name.</summary>
    public string? Find(string name)
    {
        for (int links = 0; links <= LinksMax; links++)
        {
            if (_files.TryGetValue(name, out string? place))
            {
                return place;
            }
            if (!_links.TryGetValue(name, out string? target))
            {
                return null;
            }
            name = target;
        }
        return null;
    }

    /// <summary>The path that a link means, which cannot lead above the archive's top.</summary>
    private static List<string> Targeted(string link, string target)
    {
        List<string> path = target.StartsWith('/') ? [] : [.. link.Split('/')[..^1]];
        foreach (string name in LayerPath.SplitTarget(target))
        {
            if (name != "..")
            {
                path.Add(name);
            }
            else if (path.Count > 0)
            {
                path.RemoveAt(path.Count - 1);
            }
        }
        return path;
    }

    private static string Join(IEnumerable<string> names) => string.Join('/', names);
}
