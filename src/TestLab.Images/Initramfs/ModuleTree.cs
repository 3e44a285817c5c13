using SharpCompress.Compressors.Xz;

namespace TestLab.Images.Initramfs;

/// <summary>The modules of an unpacked kernel package, by name.</summary>
internal sealed class ModuleTree
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _builtIn;

    private ModuleTree(string version, string folder)
    {
        Version = version;
        foreach (string path in Directory.EnumerateFiles(folder, "*.ko*", SearchOption.AllDirectories))
        {
            _paths[NameOf(path)] = path;
        }
        string list = Path.Combine(folder, "modules.builtin");
        _builtIn = [.. (File.Exists(list) ? File.ReadAllLines(list) : []).Select(NameOf)];
    }

    /// <summary>The version of the kernel, as <c>uname -r</c> prints it.</summary>
    public string Version { get; }

    /// <summary>Opens the only tree below the root of an unpacked package.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static ModuleTree Open(string root)
    {
        // With the merged /usr of Debian 13 packages have the folder below usr.
        string? folder = ((string[])["lib/modules", "usr/lib/modules"])
            .Select(name => Path.Combine(root, name))
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        return folder is null
            ? throw new InvalidDataException("it has no folder of modules")
            : new ModuleTree(Path.GetFileName(folder), folder);
    }

    /// <summary>Whether there is such a module, or it is built in.</summary>
    public bool Has(string module)
    {
        string name = KernelModule.Normalize(module);
        return _paths.ContainsKey(name) || _builtIn.Contains(name);
    }

    /// <summary>
    /// Gives the wanted modules and all that they need, each after what it needs; built-in ones are left out.
    /// </summary>
    /// <exception cref="InvalidDataException">One is neither a module nor built in.</exception>
    public IReadOnlyList<KernelModule> Closure(IEnumerable<string> wanted)
    {
        List<KernelModule> ordered = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string name in wanted)
        {
            Visit(KernelModule.Normalize(name), ordered, seen);
        }
        return ordered;
    }

    private void Visit(string name, List<KernelModule> ordered, HashSet<string> seen)
    {
        if (!seen.Add(name))
        {
            return;
        }
        if (!_paths.TryGetValue(name, out string? path))
        {
            if (!_builtIn.Contains(name))
            {
                throw new InvalidDataException($"it has no module {name}");
            }
            return;
        }
        KernelModule module = KernelModule.Parse(name, Read(path));
        foreach (string dependency in module.Dependencies)
        {
            Visit(dependency, ordered, seen);
        }
        ordered.Add(module);
    }

    /// <summary>Reads a module as the kernel maps it: decompressing costs the host less than the guest.</summary>
    private static byte[] Read(string path)
    {
        switch (Path.GetExtension(path))
        {
            case ".ko":
                return File.ReadAllBytes(path);
            case ".xz":
                using (FileStream file = File.OpenRead(path))
                using (XZStream decompressed = new(file))
                using (MemoryStream content = new())
                {
                    decompressed.CopyTo(content);
                    return content.ToArray();
                }
            default:
                throw new InvalidDataException($"its module {Path.GetFileName(path)} is compressed in an unknown way");
        }
    }

    private static string NameOf(string path)
    {
        string file = Path.GetFileName(path);
        int suffix = file.IndexOf(".ko", StringComparison.Ordinal);
        return KernelModule.Normalize(suffix < 0 ? file : file[..suffix]);
    }
}
