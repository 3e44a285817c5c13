using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TestLab.Images.RootFileSystem;

namespace TestLab.Images.Tests;

/// <summary>Archives of images become one root file system: layers, whiteouts, damage.</summary>
internal sealed class OciArchiveTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(true)]
    [TestCase(false)]
    public async Task UpperLayersReplaceAndHideWhatLiesBelow(bool isCompressed)
    {
        byte[] lower = Layer("etc/", "etc/a=1", "etc/b=1", "opt/", "opt/x=1", "opt/y/", "opt/y/z=1", "usr/f=1", "dir/", "dir/in=1");
        byte[] middle = Layer("etc/.wh.b=", "opt/", "opt/.wh..wh..opq=", "opt/new=2", "usr/f=2", "dir=2");
        byte[] upper = Layer("etc/b=3", "tmp/t=3");
        string archive = Oci("amd64", isCompressed, lower, middle, upper);
        Assert.That(await Flatten(archive), Is.EquivalentTo(new[]
        {
            "./etc/", "./etc/a=1", "./opt/", "./opt/new=2", "./usr/f=2", "./dir=2", "./etc/b=3", "./tmp/t=3",
        }));
    }

    [Test]
    public async Task WhatDockerSavesIsReadToo()
    {
        string archive = Archive(("manifest.json", Json(new[]
        {
            new { Config = "c.json", Layers = new[] { "1/layer.tar", "2/layer.tar" } },
        })), ("c.json", Json(new { architecture = "amd64" })), ("1/layer.tar", Layer("a=1", "b=1")),
            ("2/layer.tar", Layer(".wh.a=")));
        Assert.That(await Flatten(archive), Is.EqualTo(new[] { "./b=1" }));
    }

    [Test]
    public void AnImageForAnotherMachineIsRefused()
        => Assert.That(
            async () => await Flatten(Oci("arm64", isCompressed: false, Layer("a=1"))),
            Throws.TypeOf<RecipeException>().With.Message.Contains("is for arm64; save the image for linux/amd64"));

    [Test]
    public void ADamagedArchiveSaysWhatIsDamaged()
    {
        string sound = Oci("amd64", isCompressed: true, Layer("a=1"));
        byte[] bytes = File.ReadAllBytes(sound);
        int layer = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]);
        bytes[layer + 12] ^= 1;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fails(bytes), Does.Contain("has other bytes than its name says"));
            Assert.That(Fails(File.ReadAllBytes(sound)[..700]), Does.Contain("is no sound archive of an image"));
            Assert.That(Fails(Encoding.ASCII.GetBytes("no archive at all")), Does.Contain("is no sound archive"));
            Assert.That(Fails(Bytes(("x", [1]))), Does.Contain("it has neither index.json nor manifest.json"));
            Assert.That(Fails(Bytes(("index.json", "{"u8.ToArray()))), Does.Contain("is no sound archive"));
            Assert.That(Fails(Bytes(("index.json", "{}"u8.ToArray()))), Does.Contain("is no sound archive"));
            Assert.That(Fails(Bytes(("index.json", Json(new { manifests = Array.Empty<int>() })))),
                Does.Contain("its index names no image"));
            Assert.That(Fails(Bytes(("index.json", Json(new { manifests = new[] { new { digest = "sha256:" + new string('a', 64) } } })))),
                Does.Contain("it lacks blobs/sha256/aaa"));
            Assert.That(Fails(Bytes(("index.json", Json(new { manifests = new[] { new { digest = "sha256:../../etc/passwd" } } })))),
                Does.Contain("it names a part by"));
            Assert.That(Fails(File.ReadAllBytes(Oci("amd64", isCompressed: false, Layer("../../etc/cron.d/x=1")))),
                Does.Contain("../../etc/cron.d/x"));
        }
    }

    [Test]
    public void APathThroughALinkAndAPartOutsideAreRefused()
    {
        string away = $"../{Path.GetFileName(_folder)}-away";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fails(File.ReadAllBytes(Oci("amd64", isCompressed: true, Link("out", "/etc"), Layer("out/victim=x")))),
                Does.Contain("a layer has \"out/victim\", but \"out\" is no folder"));
            Assert.That(Fails(Bytes((away, [1]))), Does.Contain("is no sound archive of an image"));
            Assert.That(File.Exists(Path.Combine(_folder, away)), Is.False);
        }
    }

    private static byte[] Link(string name, string target)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });
        }
        return archive.ToArray();
    }

    private string Fails(byte[] archive)
    {
        string path = Path.Combine(_folder, "given.tar");
        File.WriteAllBytes(path, archive);
        return Assert.ThrowsAsync<RecipeException>(async () => await Flatten(path))?.Message ?? "";
    }

    private async Task<string[]> Flatten(string archive)
    {
        string root = Path.Combine(_folder, "root.tar");
        string parts = Path.Combine(_folder, Path.GetRandomFileName());
        await OciArchive.FlattenAsync(archive, parts, ImageName.Amd64, root, CancellationToken.None);
        List<string> entries = [];
        await using FileStream file = File.OpenRead(root);
        await using TarReader reader = new(file);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            using StreamReader content = new(entry.DataStream ?? Stream.Null);
            string text = await content.ReadToEndAsync();
            entries.Add(entry.EntryType == TarEntryType.Directory ? entry.Name : $"{entry.Name}={text}");
        }
        return [.. entries];
    }

    private string Oci(string machine, bool isCompressed, params byte[][] layers)
    {
        List<(string Name, byte[] Content)> files = [];
        object[] descriptors = [.. layers.Select(layer => new { digest = Blob(isCompressed ? Compress(layer) : layer) })];
        string configuration = Blob(Json(new { architecture = machine, os = "linux" }));
        string manifest = Blob(Json(new { schemaVersion = 2, config = new { digest = configuration }, layers = descriptors }));
        files.Insert(0, ("index.json", Json(new { schemaVersion = 2, manifests = new[] { new { digest = manifest } } })));
        return Archive([.. files]);

        string Blob(byte[] content)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(content));
            files.Add(($"blobs/sha256/{hash}", content));
            return $"sha256:{hash}";
        }
    }

    private string Archive(params (string Name, byte[] Content)[] files)
    {
        string path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, Bytes(files));
        return path;
    }

    private static byte[] Layer(params string[] entries)
        => Bytes([.. entries.Select(entry => entry.EndsWith('/')
            ? (entry, [])
            : (entry.Split('=')[0], Encoding.ASCII.GetBytes(entry.Split('=')[1])))]);

    private static byte[] Bytes(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                bool isFolder = name.EndsWith('/');
                writer.WriteEntry(isFolder
                    ? new PaxTarEntry(TarEntryType.Directory, name)
                    : new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }
        return archive.ToArray();
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return compressed.ToArray();
    }

    private static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value);
}
