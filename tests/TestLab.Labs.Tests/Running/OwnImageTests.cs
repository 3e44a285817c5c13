using System.Globalization;
using System.IO.Compression;
using System.Text;
using TestLab.Images;
using TestLab.Labs.Results;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

/// <summary>Labs that boot what the user brings: an OCI archive, a kernel with a disk.</summary>
[Category("Slow")]
public sealed class OwnImageTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab-own-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task TheRootFileSystemOfAnOciArchiveBootsAndItsDiskBootsUnderAKernelOfTheUsers()
    {
        GuestImage tiny = await new ImageBuilder(new ImageCatalog()).BuildAsync(ImageName.Parse("tiny:13"));
        byte[] busybox = FileIn(File.ReadAllBytes(tiny.InitrdPath), "run/testlab/busybox");
        // Layers as they come: plain, gzip and zstd.
        OciFile.Write(
            Path.Combine(_folder, "image.tar"),
            OciFile.Layer(
                OciFile.Folder("bin"), OciFile.Binary("bin/busybox", busybox), OciFile.Link("bin/sh", "busybox"),
                OciFile.Folder("etc"), OciFile.Text("etc/who", "lower\n"), OciFile.Text("etc/gone", "x"),
                OciFile.Folder("opt"), OciFile.Text("opt/gone", "x")),
            Gzip(OciFile.Layer(
                OciFile.Text("etc/who", "middle\n"), OciFile.Text("etc/.wh.gone", ""), OciFile.Text("opt/.wh..wh..opq", ""))),
            Zstd(OciFile.Layer(
                OciFile.Text("etc/who", "upper\n"), OciFile.Text("opt/new", "new\n"))));
        CellResult archive = await RunAsync("{ oci: image.tar, base: debian:13 }");
        AssertPassed(archive);

        ImageRecipe recipe = ImageRecipe.For(new ImageSpecification
        {
            Base = ImageName.Parse("debian:13").With(ImageInit.Minimal),
            Oci = Path.Combine(_folder, "image.tar"),
        });
        ImageCatalog catalog = new();
        GuestImage built = catalog.Find(recipe) ?? throw new AssertionException("The archive is not where it was built.");
        File.Copy(built.KernelPath, Path.Combine(_folder, "vmlinuz"));
        File.Copy(built.InitrdPath, Path.Combine(_folder, "initrd.img"));
        File.CreateSymbolicLink(Path.Combine(_folder, "disk.img"), built.DiskPath ?? "");
        CellResult own = await RunAsync(
            "{ kernel: vmlinuz, initrd: initrd.img, disk: disk.img, append: \"console=ttyS0 root=/dev/vda rw\" }");
        AssertPassed(own);
        await catalog.RemoveAsync(built);

        // The same under a name, as "testlab image import" gives it.
        GuestImage named = await new ImageBuilder(catalog).BuildAsync(ImageRecipe.For(recipe.Specification with { Label = "own-image-test" }));
        AssertPassed(await RunAsync("own-image-test"));
        await catalog.RemoveAsync(named);
    }

    private static void AssertPassed(CellResult result)
    {
        Assert.That(result.Failure, Is.Null);
        foreach (StepResult step in result.Steps)
            Assert.That(step.Verdict, Is.EqualTo(StepVerdict.Passed), $"{step.Name}: {step.Attempts[^1].Stdout}{step.Attempts[^1].Stderr}");
    }

    private Task<CellResult> RunAsync(string image)
    {
        string lab = Path.Combine(_folder, LabFile.Name);
        File.WriteAllText(lab, $$"""
            lab: own
            machines:
              box: { image: {{image}} }
            steps:
              - name: the uppermost layer is what is seen
                run: busybox cat /etc/who /opt/new
                expect: { stdout: ["upper", "new"] }
              - name: what a layer hides is gone
                run: busybox ls /etc /opt
                expect: { stdout: { lacks: gone } }
            """);
        return Rehearsal.RunFileAsync(lab, new LabRunOptions());
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream output = new();
        using (GZipStream stream = new(output, CompressionLevel.Fastest)) stream.Write(bytes);
        return output.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using ZstdSharp.Compressor compressor = new();
        return compressor.Wrap(bytes).ToArray();
    }

    /// <summary>A file out of an archive in the form "newc": 13 numbers of 8 digits after 6 of magic, name, content.</summary>
    private static byte[] FileIn(byte[] archive, string wanted)
    {
        for (int at = 0; ;)
        {
            int bytes = Number(6), nameBytes = Number(11);
            string name = Encoding.ASCII.GetString(archive, at + 110, nameBytes - 1);
            int content = Padded(at + 110 + nameBytes);
            if (name == wanted) return archive[content..(content + bytes)];
            at = Padded(content + bytes);

            int Number(int field) =>
                int.Parse(Encoding.ASCII.GetString(archive, at + 6 + (8 * field), 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        static int Padded(int length) => (length + 3) & ~3;
    }
}
