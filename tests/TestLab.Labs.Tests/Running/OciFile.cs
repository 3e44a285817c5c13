using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TestLab.Labs.Tests.Running;

/// <summary>Writes an archive in OCI layout, as skopeo does.</summary>
internal static class OciFile
{
    /// <summary>An image for amd64.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="layers">The lowest first, compressed or not.</param>
    public static void Write(string path, params byte[][] layers)
    {
        using FileStream file = File.Create(path);
        using TarWriter archive = new(file, TarEntryFormat.Pax);
        object[] descriptors = [.. layers.Select(layer => new { digest = Blob(archive, layer), size = layer.Length })];
        string configuration = Blob(archive, Json(new { architecture = "amd64", os = "linux" }));
        string manifest = Blob(archive, Json(new { schemaVersion = 2, config = new { digest = configuration }, layers = descriptors }));
        Add(archive, "oci-layout", Json(new { imageLayoutVersion = "1.0.0" }));
        Add(archive, "index.json", Json(new { schemaVersion = 2, manifests = new[] { new { digest = manifest } } }));
    }

    /// <summary>A layer of entries, not compressed.</summary>
    public static byte[] Layer(params TarEntry[] entries)
    {
        using MemoryStream bytes = new();
        using (TarWriter writer = new(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries) writer.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    public static TarEntry Folder(string name) => new PaxTarEntry(TarEntryType.Directory, name)
    {
        Mode = (UnixFileMode)0b111_101_101,
    };

    public static TarEntry Text(string name, string content) => Binary(name, Encoding.UTF8.GetBytes(content));

    public static TarEntry Binary(string name, byte[] content) => new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        Mode = (UnixFileMode)0b111_101_101,
        DataStream = new MemoryStream(content),
    };

    public static TarEntry Link(string name, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static string Blob(TarWriter archive, byte[] content)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        Add(archive, $"blobs/sha256/{hash}", content);
        return $"sha256:{hash}";
    }

    private static void Add(TarWriter archive, string name, byte[] content) =>
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value);
}
