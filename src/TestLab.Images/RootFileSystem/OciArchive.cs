using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace TestLab.Images.RootFileSystem;

/// <summary>
/// Reads the layers of an image out of an archive: the OCI image layout, or what <c>docker save</c> writes.
/// </summary>
/// <remarks>Source: OCI Image Format Specification 1.1: image-layout, manifest, layer (whiteouts).</remarks>
internal sealed class OciArchive
{
    private const string IndexFile = "index.json";
    private const string DockerFile = "manifest.json";
    private const string Sha256 = "sha256:";

    /// <summary>An index may name an index, and so on; a sound one needs two.</summary>
    private const int IndexDepthMax = 4;

    private readonly string _name;
    private readonly string _architecture;
    private ArchiveParts _parts = ArchiveParts.None;

    private OciArchive(string name, string architecture)
    {
        (_name, _architecture) = (name, architecture);
    }

    /// <summary>Unpacks an archive into a folder and writes its root file system as one archive.</summary>
    /// <param name="archive">The archive's path.</param>
    /// <param name="folder">An empty folder for its parts.</param>
    /// <param name="architecture">Debian's word for the machine that is to run it.</param>
    /// <param name="root">Where the root file system goes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What is in the root file system.</returns>
    /// <exception cref="RecipeException">It is no such archive, is damaged, or is for another machine.</exception>
    public static async Task<LayerTree> FlattenAsync(
        string archive,
        string folder,
        string architecture,
        string root,
        CancellationToken cancellation)
    {
        OciArchive oci = new(archive, architecture);
        try
        {
            oci._parts = await ArchiveParts.UnpackAsync(archive, folder, cancellation).ConfigureAwait(false);
            IReadOnlyList<string> layers = oci.Layers();
            LayerTree tree = new();
            foreach (string layer in layers)
            {
                await using Stream tar = await OpenLayerAsync(layer, cancellation).ConfigureAwait(false);
                await tree.AddAsync(tar, cancellation).ConfigureAwait(false);
            }
            await using FileStream output = File.Create(root);
            await using TarWriter writer = new(output, TarEntryFormat.Pax);
            await tree.WriteAsync(layer => OpenLayerAsync(layers[layer], cancellation), writer, cancellation).ConfigureAwait(false);
            return tree;
        }
        catch (Exception cause) when (cause is JsonException or InvalidDataException or EndOfStreamException
            or FormatException or KeyNotFoundException or InvalidOperationException
            || (cause is IOException && !cause.Message.Contains(ImageBuilder.DiskFull, StringComparison.Ordinal)))
        {
            throw oci.Damaged(cause.Message);
        }
    }

    /// <summary>The paths of the layers, the lowest first.</summary>
    private IReadOnlyList<string> Layers()
    {
        if (_parts.Find(IndexFile) is { } file)
        {
            using JsonDocument index = Read(file);
            using JsonDocument manifest = Manifest(index.RootElement, depth: 0);
            CheckMachine(BlobOf(manifest.RootElement.GetProperty("config")));
            return [.. manifest.RootElement.GetProperty("layers").EnumerateArray().Select(BlobOf)];
        }
        string list = _parts.Find(DockerFile) ?? throw Damaged($"it has neither {IndexFile} nor {DockerFile}");
        using JsonDocument saved = Read(list);
        JsonElement first = saved.RootElement.EnumerateArray().First();
        CheckMachine(Inside(first.GetProperty("Config").GetString()));
        return [.. first.GetProperty("Layers").EnumerateArray().Select(layer => Inside(layer.GetString()))];
    }

    private JsonDocument Manifest(JsonElement index, int depth)
    {
        if (depth == IndexDepthMax)
        {
            throw Damaged("its indexes name one another");
        }
        JsonElement[] all = [.. index.GetProperty("manifests").EnumerateArray()];
        JsonElement[] fitting = [.. all.Where(IsForTheMachine)];
        JsonElement chosen = (fitting.Length > 0 ? fitting : all).FirstOrDefault();
        if (chosen.ValueKind == JsonValueKind.Undefined)
        {
            throw Damaged("its index names no image");
        }
        JsonDocument document = Read(BlobOf(chosen));
        if (!document.RootElement.TryGetProperty("manifests", out _))
        {
            return document;
        }
        using (document)
        {
            return Manifest(document.RootElement, depth + 1);
        }
    }

    private bool IsForTheMachine(JsonElement descriptor)
        => descriptor.TryGetProperty("platform", out JsonElement platform)
            && platform.TryGetProperty("architecture", out JsonElement architecture)
            && architecture.GetString() == Machine;

    private string Machine => _architecture == ImageName.I386 ? "386" : "amd64";

    private void CheckMachine(string configuration)
    {
        using JsonDocument document = Read(configuration);
        string? machine = document.RootElement.TryGetProperty("architecture", out JsonElement given)
            ? given.GetString()
            : Machine;
        // A machine of 64 bits runs programs of 32 too, but not the other way round.
        if (machine != Machine && !(machine == "386" && Machine == "amd64"))
        {
            throw new RecipeException($"{_name} is for {machine}", $"save the image for linux/{Machine}");
        }
    }

    private string BlobOf(JsonElement descriptor)
    {
        string digest = descriptor.GetProperty("digest").GetString() ?? "";
        if (!digest.StartsWith(Sha256, StringComparison.Ordinal) || !digest[Sha256.Length..].All(char.IsAsciiHexDigit))
        {
            throw Damaged($"it names a part by \"{digest}\"");
        }
        string path = Inside($"blobs/sha256/{digest[Sha256.Length..]}");
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == digest[Sha256.Length..]
            ? path
            : throw Damaged($"its part {digest[..19]} has other bytes than its name says");
    }

    private string Inside(string? name) => _parts.Find(name ?? "") ?? throw Damaged($"it lacks {name}");

    private static async Task<Stream> OpenLayerAsync(string path, CancellationToken cancellation)
    {
        FileStream file = File.OpenRead(path);
        byte[] start = new byte[4];
        int length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation)
            .ConfigureAwait(false);
        file.Position = 0;
        switch (start[..length])
        {
            case [0x1F, 0x8B, ..]:
                return new GZipStream(file, CompressionMode.Decompress);
            case [0x28, 0xB5, 0x2F, 0xFD]:
                return new ZstdSharp.DecompressionStream(file, leaveOpen: false);
            default:
                return file;
        }
    }

    private static JsonDocument Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return JsonDocument.Parse(file);
    }

    private RecipeException Damaged(string problem)
        => new($"{_name} is no sound archive of an image: {problem}", "write it anew: docker save, or skopeo copy to oci-archive:");
}
