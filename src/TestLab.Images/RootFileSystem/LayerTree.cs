using System.Formats.Tar;

namespace TestLab.Images.RootFileSystem;

/// <summary>
/// What is seen of a stack of layers when each is unpacked over those below it, as a container's runtime does: links are
/// followed as inside of the root, which nothing leaves.
/// </summary>
/// <remarks>
/// Nothing is unpacked while links are followed, so no path of an archive ever meets a link of the host. What is written
/// in the end has no path through a link. Source: OCI Image Format Specification 1.1, layer.
/// </remarks>
internal sealed class LayerTree
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    /// <summary>All layers together; the largest images in use have some 300,000.</summary>
    public const int EntriesMax = 2_000_000;

    /// <summary>The folders above a file; a system's path has room for more, but nobody makes use of it.</summary>
    public const int DepthMax = 256;

    /// <summary>The links on the way to a file, as many as Linux follows.</summary>
    public const int LinksMax = 40;

    /// <summary>What an archive says beside its files.</summary>
    private static readonly TarEntryType[] _asides =
    [
        TarEntryType.GlobalExtendedAttributes, TarEntryType.MultiVolume, TarEntryType.TapeVolume, TarEntryType.DirectoryList,
        TarEntryType.RenamedOrSymlinked,
    ];

    private readonly LayerNode _root = new(parent: null, "");
    private int _entries;
    private int _layers;

    /// <summary>Lays the next layer over those read.</summary>
    /// <exception cref="InvalidDataException">It has what no runtime would unpack.</exception>
    public async Task AddAsync(Stream layer, CancellationToken cancellation)
    {
        _layers++;
        await using TarReader reader = new(layer, leaveOpen: true);
        int number = 0;
        while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (++_entries > EntriesMax)
            {
                throw new InvalidDataException($"its layers have more than {EntriesMax} entries");
            }
            string[] path = LayerPath.Split(entry.Name);
            if (path.Length > 0 && !_asides.Contains(entry.EntryType))
            {
                Add(entry, path, number);
            }
            number++;
        }
    }

    /// <summary>Whether a path ends at something, links followed.</summary>
    public bool Has(string path)
        => Resolve(LayerPath.Split(path), isMade: false, out _);

    /// <summary>Writes what is seen as one archive.</summary>
    /// <param name="open">Opens the archive of a layer by its number, from 0, the lowest.</param>
    /// <param name="writer">Gets the entries.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task WriteAsync(Func<int, Task<Stream>> open, TarWriter writer, CancellationToken cancellation)
    {
        Dictionary<(int Layer, int Entry), List<string>> places = [];
        foreach (LayerNode node in Seen())
        {
            if (node.File is not { } file)
            {
                await writer.WriteEntryAsync(Implied(node.Path), cancellation).ConfigureAwait(false);
            }
            else if (places.TryGetValue((file.Layer, file.Entry), out List<string>? names))
            {
                names.Add(node.Path);
            }
            else
            {
                places.Add((file.Layer, file.Entry), [node.Path]);
            }
        }
        for (int layer = 1; layer <= _layers; layer++)
        {
            await using Stream archive = await open(layer - 1).ConfigureAwait(false);
            await using TarReader reader = new(archive, leaveOpen: true);
            int number = 0;
            while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
            {
                if (places.TryGetValue((layer, number++), out List<string>? names))
                {
                    await WriteAsync(entry, names, writer, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task WriteAsync(TarEntry entry, List<string> names, TarWriter writer, CancellationToken cancellation)
    {
        entry.Name = entry.EntryType == TarEntryType.Directory ? $"{names[0]}/" : names[0];
        await writer.WriteEntryAsync(entry, cancellation).ConfigureAwait(false);
        foreach (string name in names[1..])
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = names[0] }, cancellation)
                .ConfigureAwait(false);
        }
    }

    /// <summary>A folder that no layer has, with a time that is always the same.</summary>
    private static PaxTarEntry Implied(string path) => new(TarEntryType.Directory, $"{path}/")
    {
        Mode = (UnixFileMode)0b111_101_101,
        ModificationTime = DateTimeOffset.UnixEpoch,
    };

    private void Add(TarEntry entry, string[] path, int number)
    {
        string name = path[^1];
        bool isWhiteout = name.StartsWith(Whiteout, StringComparison.Ordinal);
        if (!Resolve(path.AsSpan(..^1), isMade: !isWhiteout, out LayerNode? folder))
        {
            return; // Nothing to hide.
        }
        if (!folder.IsFolder)
        {
            throw new InvalidDataException($"a layer has \"{string.Join('/', path)}\", but \"{folder.Path[2..]}\" is no folder");
        }
        if (name == Opaque)
        {
            folder.HideAll(_layers);
        }
        else if (isWhiteout)
        {
            folder.Hide(name[Whiteout.Length..], _layers);
        }
        else
        {
            LayerFile file = entry.EntryType == TarEntryType.HardLink
                ? FileAt(entry.LinkName, path)
                : new LayerFile(
                    _layers,
                    number,
                    entry.EntryType == TarEntryType.Directory,
                    entry.EntryType == TarEntryType.SymbolicLink ? entry.LinkName : null);
            folder.Open(name).Become(file, _layers);
        }
    }

    /// <summary>What a hard link is another name of; it may be a symbolic link itself.</summary>
    private LayerFile FileAt(string link, string[] path)
    {
        string[] target = LayerPath.Split(link);
        return target.Length > 0
            && Resolve(target.AsSpan(..^1), isMade: false, out LayerNode? folder)
            && folder.Find(target[^1])?.File is { IsFolder: false } file
            ? file
            : throw new InvalidDataException($"a layer links \"{string.Join('/', path)}\" to \"{link}\", which is no file");
    }

    /// <summary>Follows a path with all links in it, its end included; it never leaves the root.</summary>
    /// <param name="path">The names on the way.</param>
    /// <param name="isMade">Whether folders that are missing are made.</param>
    /// <param name="end">Where it leads.</param>
    /// <returns>False where something on the way is missing, or no folder.</returns>
    private bool Resolve(ReadOnlySpan<string> path, bool isMade, out LayerNode end)
    {
        Stack<string> ahead = new();
        Push(path);
        end = _root;
        int links = 0;
        while (ahead.TryPop(out string? name))
        {
            if (name == "..")
            {
                end = end.Parent ?? _root;
                continue;
            }
            if (!end.IsFolder)
            {
                return isMade; // The caller says where it ended.
            }
            if (end.Depth == DepthMax)
            {
                throw new InvalidDataException($"its folders are more than {DepthMax} deep");
            }
            if ((isMade ? end.Open(name) : end.Find(name)) is not { } next)
            {
                return false;
            }
            if (next.File?.Target is not { } target)
            {
                end = next;
                continue;
            }
            if (++links > LinksMax)
            {
                throw new InvalidDataException($"a path in it has more than {LinksMax} links, \"{next.Path[2..]}\" among them");
            }
            if (target.StartsWith('/'))
            {
                end = _root;
            }
            Push(LayerPath.SplitTarget(target));
        }
        return true;

        void Push(ReadOnlySpan<string> names)
        {
            for (int index = names.Length - 1; index >= 0; index--)
            {
                ahead.Push(names[index]);
            }
        }
    }

    /// <summary>All but the root, by path, folders before what is in them.</summary>
    private IEnumerable<LayerNode> Seen()
    {
        Stack<LayerNode> ahead = new([_root]);
        while (ahead.TryPop(out LayerNode? node))
        {
            if (node != _root)
            {
                yield return node;
            }
            foreach (LayerNode child in node.Children.OrderByDescending(child => child.Name, StringComparer.Ordinal))
            {
                ahead.Push(child);
            }
        }
    }
}
