using System.Formats.Tar;

namespace TestLab.Images.RootFileSystem;

/// <summary>Finds out which entries of a stack of layers are left when all lie on top of each other.</summary>
internal sealed class LayerMerge
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    private readonly List<HashSet<string>> _kept = [];
    private readonly Dictionary<string, bool> _seen = new(StringComparer.Ordinal); // Path, whether it is a folder.
    private readonly HashSet<string> _hidden = new(StringComparer.Ordinal); // With all that is below.
    private readonly HashSet<string> _emptied = new(StringComparer.Ordinal); // What is below.

    /// <summary>Reads the next layer, from the top down.</summary>
    public async Task ReadAsync(Stream layer, CancellationToken cancellation)
    {
        HashSet<string> kept = new(StringComparer.Ordinal);
        List<string> hidden = [];
        List<string> emptied = [];
        Dictionary<string, bool> seen = new(StringComparer.Ordinal);
        await using TarReader reader = new(layer, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (PathOf(entry) is not { } path)
            {
                continue;
            }
            int slash = path.LastIndexOf('/');
            string folder = slash < 0 ? "" : path[..slash];
            string name = path[(slash + 1)..];
            if (name == Opaque)
            {
                emptied.Add(folder);
            }
            else if (name.StartsWith(Whiteout, StringComparison.Ordinal))
            {
                hidden.Add(folder.Length == 0 ? name[Whiteout.Length..] : $"{folder}/{name[Whiteout.Length..]}");
            }
            else if (!_seen.ContainsKey(path) && !IsCovered(path))
            {
                kept.Add(path);
                seen[path] = entry.EntryType == TarEntryType.Directory;
            }
        }
        // A layer hides what is below it, not what is in it.
        _hidden.UnionWith(hidden);
        _emptied.UnionWith(emptied);
        foreach ((string path, bool isFolder) in seen)
        {
            _seen[path] = isFolder;
        }
        _kept.Add(kept);
    }

    /// <summary>Looks at all that is left, when the lowest layer has been read.</summary>
    /// <exception cref="InvalidDataException">Something would be written through a link, which may lead anywhere.</exception>
    public void Check()
    {
        foreach (string path in _kept.SelectMany(kept => kept))
        {
            for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                if (_seen.TryGetValue(path[..slash], out bool isFolder) && !isFolder)
                {
                    throw new InvalidDataException($"a layer has \"{path}\", but \"{path[..slash]}\" is no folder");
                }
            }
        }
    }

    /// <summary>Writes what is left of a layer.</summary>
    /// <param name="layer">Its archive.</param>
    /// <param name="depth">The number of layers above it.</param>
    /// <param name="writer">Gets the entries.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task WriteAsync(Stream layer, int depth, TarWriter writer, CancellationToken cancellation)
    {
        HashSet<string> kept = _kept[depth];
        await using TarReader reader = new(layer, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            // The second entry of a name in one layer replaces the first, as it does when the archive is unpacked.
            if (PathOf(entry) is not { } path || !kept.Contains(path))
            {
                continue;
            }
            entry.Name = entry.EntryType == TarEntryType.Directory ? $"./{path}/" : $"./{path}";
            if (entry.EntryType == TarEntryType.HardLink)
            {
                entry.LinkName = $"./{Clean(entry.LinkName)}";
            }
            await writer.WriteEntryAsync(entry, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The path without its start; null for the root, and for what is no member of a file system.</summary>
    /// <exception cref="InvalidDataException">It leads out of the root.</exception>
    private static string? PathOf(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes or TarEntryType.MultiVolume)
        {
            return null;
        }
        string path = Clean(entry.Name);
        return path.Length == 0 ? null : path;
    }

    private static string Clean(string name)
    {
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        return parts.Contains("..")
            ? throw new InvalidDataException($"a layer has the path \"{name}\"")
            : string.Join('/', parts);
    }

    private bool IsCovered(string path)
    {
        if (_hidden.Contains(path))
        {
            return true;
        }
        for (int slash = path.LastIndexOf('/'); slash >= 0; slash = slash == 0 ? -1 : path.LastIndexOf('/', slash - 1))
        {
            string folder = path[..slash];
            if (_hidden.Contains(folder) || _emptied.Contains(folder) || _seen.GetValueOrDefault(folder, true) == false)
            {
                return true;
            }
        }
        return _emptied.Contains("");
    }
}
