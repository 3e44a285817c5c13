using System.Collections.Concurrent;
using System.Security.Cryptography;
using TestLab.Images.Hosting;

namespace TestLab.Images;

/// <summary>
/// Unpacked kernels beside the images, each under the hash of what it was unpacked from. A file is complete and checked
/// or it counts as absent; any number of processes may use the folder at the same time.
/// </summary>
public sealed class UnpackedKernels
{
    /// <summary>Kernels in the folder; beyond it the oldest go.</summary>
    public const int KernelsMax = 16;

    private const string Unfinished = ".new";
    private static readonly TimeSpan _abandonedAfter = TimeSpan.FromHours(1);

    // A kernel that was loaded stays mapped for as long as the process lives: it is shared with the host's file cache.
    private static readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _mapped = new();

    private readonly string _folder;

    /// <summary>Opens the store in a cache's folder, or in the user's own where none is given.</summary>
    public UnpackedKernels(string? cacheFolder = null)
    {
        _folder = Path.Combine(Path.GetFullPath(cacheFolder ?? ImageCatalog.DefaultFolder()), "kernels");
    }

    /// <summary>
    /// What the packed bytes unpack to, from the store or by unpacking them now. A store that cannot be read or written
    /// is done without; what the function throws goes through.
    /// </summary>
    public ReadOnlyMemory<byte> Find(ReadOnlySpan<byte> packed, Func<byte[]> unpack)
    {
        string path = Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(packed)));
        if (TryLoad(path) is { } kept) return kept;
        byte[] unpacked = unpack();
        TryKeep(path, unpacked);
        return unpacked;
    }

    /// <summary>A file is the hash of the content, and the content.</summary>
    private static ReadOnlyMemory<byte>? TryLoad(string path)
    {
        if (_mapped.TryGetValue(path, out ReadOnlyMemory<byte> kept)) return kept;
        try
        {
            if (!File.Exists(path)) return null;
            MappedFile file = MappedFile.Open(path);
            if (IsWhole(file.Memory.Span)) return _mapped.GetOrAdd(path, file.Memory[SHA256.HashSizeInBytes..]);
            ((IDisposable)file).Dispose();
            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> file) => file.Length > SHA256.HashSizeInBytes
        && file[..SHA256.HashSizeInBytes].SequenceEqual(SHA256.HashData(file[SHA256.HashSizeInBytes..]));

    private void TryKeep(string path, byte[] unpacked)
    {
        string partial = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            Directory.CreateDirectory(_folder);
            RemoveOld();
            using (FileStream file = File.Create(partial))
            {
                file.Write(SHA256.HashData(unpacked));
                file.Write(unpacked);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            TryRemove(partial);
        }
    }

    /// <summary>Makes room for one more, and takes away what killed processes left.</summary>
    private void RemoveOld()
    {
        FileInfo[] files = new DirectoryInfo(_folder).GetFiles();
        foreach (FileInfo file in files.Where(file => file.Name.EndsWith(Unfinished, StringComparison.Ordinal)))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > _abandonedAfter) TryRemove(file.FullName);
        }
        IEnumerable<FileInfo> finished = files.Where(file => !file.Name.EndsWith(Unfinished, StringComparison.Ordinal));
        foreach (FileInfo file in finished.OrderByDescending(file => file.LastWriteTimeUtc).Skip(KernelsMax - 1))
        {
            TryRemove(file.FullName);
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It does no harm where it is; the next one to keep a kernel tries again.
        }
    }
}
