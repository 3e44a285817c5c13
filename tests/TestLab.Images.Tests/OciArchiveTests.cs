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
            "./etc/", "./etc/a=1", "./opt/", "./opt/new=2", "./usr/", "./usr/f=2", "./dir=2", "./etc/b=3", "./tmp/", "./tmp/t=3",
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
    public async Task FilesComeThroughLinksAsInsideOfTheRoot()
    {
        byte[] lower = Layer("usr/", "usr/bin/", "usr/bin/old=1", "usr/bin/kept=1", "opt/", "opt/x=1", "real/f=1");
        byte[] links = Layer("bin>usr/bin", "out>/etc", "up>../../../usr/bin", "chain>bin", "later>made/there", "all>opt");
        byte[] upper = Layer(
            "bin/new=3", "bin/.wh.old=", "out/victim=3", "up/up=3", "chain/chained=3", "later/deep=3", "all/.wh..wh..opq=", "real=3");
        Assert.That(await Flatten(Oci("amd64", isCompressed: true, lower, links, upper)), Is.EquivalentTo(new[]
        {
            "./usr/", "./usr/bin/", "./usr/bin/kept=1", "./usr/bin/new=3", "./usr/bin/up=3", "./usr/bin/chained=3",
            "./bin>usr/bin", "./out>/etc", "./up>../../../usr/bin", "./chain>bin", "./later>made/there", "./all>opt",
            "./etc/", "./etc/victim=3", "./made/", "./made/there/", "./made/there/deep=3", "./opt/", "./real=3",
        }));
    }

    [Test]
    public async Task AFolderReplacesALinkAndALinkAFolderWithAllThatIsInIt()
    {
        byte[] lower = Layer("usr/lib/a=1", "lib>usr/lib", "var/run/b=1");
        byte[] upper = Layer("lib/", "lib/c=2", "var/run>/run", "var/run/d=2");
        Assert.That(await Flatten(Oci("amd64", isCompressed: false, lower, upper)), Is.EquivalentTo(new[]
        {
            "./usr/", "./usr/lib/", "./usr/lib/a=1", "./lib/", "./lib/c=2", "./var/", "./var/run>/run", "./run/", "./run/d=2",
        }));
    }

    [Test]
    public async Task AHardLinkKeepsItsFileWhenTheOtherNameIsHidden()
    {
        byte[] lower = Layer("a=1", "b&a", "bin>usr", "usr/c=1");
        byte[] upper = Layer(".wh.a=", "d&bin/c", "usr/c=2");
        Assert.That(await Flatten(Oci("amd64", isCompressed: false, lower, upper)), Is.EquivalentTo(new[]
        {
            "./b=1", "./bin>usr", "./usr/", "./d=1", "./usr/c=2",
        }));
    }

    [Test]
    public async Task AWhiteoutHidesLowerLayersOnlyWhereverItStandsInItsOwn()
    {
        byte[] lower = Layer("d/old=1", "e/old=1", "e/sub/old=1", "f=1");
        byte[] upper = Layer("d/new=2", ".wh.d=", "e/sub/new=2", "e/.wh..wh..opq=", "f=2", ".wh.f=", ".wh.none=", "none/.wh.x=");
        Assert.That(await Flatten(Oci("amd64", isCompressed: false, lower, upper)), Is.EquivalentTo(new[]
        {
            "./d/", "./d/new=2", "./e/", "./e/sub/", "./e/sub/new=2", "./f=2",
        }));
    }

    [Test]
    public async Task EqualLayersGiveEqualBytes()
    {
        string archive = Oci("amd64", isCompressed: true, Layer("b/x=1", "a/y=1"), Layer("c>b", "c/z=2"));
        await Flatten(archive);
        byte[] first = File.ReadAllBytes(Path.Combine(_folder, "root.tar"));
        await Flatten(archive);
        Assert.That(File.ReadAllBytes(Path.Combine(_folder, "root.tar")), Is.EqualTo(first));
    }

    [Test]
    public void WhatNoRuntimeWouldUnpackIsRefused()
    {
        string away = $"../{Path.GetFileName(_folder)}-away";
        string deep = string.Concat(Enumerable.Repeat("d/", LayerTree.DepthMax + 1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refuses("f=1", "f/x=1"), Does.Contain("a layer has \"f/x\", but \"f\" is no folder"));
            Assert.That(Refuses("f=1", "l>f", "l/x/y=1"), Does.Contain("a layer has \"l/x/y\", but \"f\" is no folder"));
            Assert.That(Refuses("a>b", "b>a", "a/x=1"), Does.Contain("more than 40 links"));
            Assert.That(Refuses("self>self/self", "self/x=1"), Does.Contain("more than 40 links"));
            Assert.That(Refuses("h&none"), Does.Contain("a layer links \"h\" to \"none\", which is no file"));
            Assert.That(Refuses("h&../../etc/passwd"), Does.Contain("../../etc/passwd"));
            Assert.That(Refuses("dir/", "h&dir"), Does.Contain("which is no file"));
            Assert.That(Refuses(deep + "x=1"), Does.Contain($"more than {LayerTree.DepthMax} deep"));
            Assert.That(Fails(Bytes((away, [1]))), Does.Contain("is no sound archive of an image"));
            Assert.That(File.Exists(Path.Combine(_folder, away)), Is.False);
        }
    }

    [Test]
    public void LinksOfTheArchiveItselfLeadNowhereOnTheHost()
    {
        string victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "untouched");
        // Each link looks harmless where its name says that it is; where it would really be, it leads out.
        byte[] archive = Layer("q>.", "q/q/q/l>../../..", $"l{victim}=overwritten", $"abs>{_folder}", "abs/victim=overwritten", "index.json>abs/victim");
        Assert.That(Fails(archive), Does.Contain("is no sound archive of an image"));
        Assert.That(File.ReadAllText(victim), Is.EqualTo("untouched"));
    }

    [Test]
    public async Task DockersLinksBetweenEqualLayersAreFollowed()
    {
        byte[] layer = Layer("a=1");
        byte[] archive =
        [
            .. Bytes(("manifest.json", Json(new[] { new { Config = "c.json", Layers = new[] { "1/layer.tar", "2/layer.tar" } } })),
                ("c.json", Json(new { architecture = "amd64" })), ("1/layer.tar", layer))[..^1024],
            .. Layer("2/layer.tar>../1/layer.tar"),
        ];
        string path = Path.Combine(_folder, "saved.tar");
        File.WriteAllBytes(path, archive);
        Assert.That(await Flatten(path), Is.EqualTo(new[] { "./a=1" }));
    }

    private string Refuses(params string[] layer) => Fails(File.ReadAllBytes(Oci("amd64", isCompressed: false, Layer(layer))));

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
            entries.Add(entry.EntryType switch
            {
                TarEntryType.Directory => entry.Name,
                TarEntryType.SymbolicLink => $"{entry.Name}>{entry.LinkName}",
                _ => $"{entry.Name}={text}",
            });
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

    /// <summary>A folder ends with a slash; <c>name=content</c>, <c>name&gt;target</c>, <c>name&amp;hard link</c>.</summary>
    private static byte[] Layer(params string[] entries)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (string entry in entries)
            {
                int end = entry.AsSpan().IndexOfAny('=', '>', '&');
                writer.WriteEntry(end < 0 ? new PaxTarEntry(TarEntryType.Directory, entry) : entry[end] switch
                {
                    '>' => new PaxTarEntry(TarEntryType.SymbolicLink, entry[..end]) { LinkName = entry[(end + 1)..] },
                    '&' => new PaxTarEntry(TarEntryType.HardLink, entry[..end]) { LinkName = entry[(end + 1)..] },
                    _ => new PaxTarEntry(TarEntryType.RegularFile, entry[..end])
                    {
                        DataStream = new MemoryStream(Encoding.ASCII.GetBytes(entry[(end + 1)..])),
                    },
                });
            }
        }
        return archive.ToArray();
    }

    private static byte[] Bytes(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
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
