using System.Text;

namespace TestLab.Images.Tests;

/// <summary>Real builds of Debian's packages: they need the network and a Debian host.</summary>
[Category("Slow")]
internal sealed class ImageBuilderTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("tiny:11")]
    [TestCase("tiny:12")]
    [TestCase("tiny:13")]
    [TestCase("tiny:12-i386")]
    public async Task ATinyImageIsReproducibleAndComplete(string text)
    {
        ImageCatalog catalog = new(_folder);
        ImageName name = ImageName.Parse(text);
        GuestImage first = await Build(catalog, name);
        byte[] initrd = File.ReadAllBytes(first.InitrdPath);
        GuestImage second = await Build(catalog, name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadAllBytes(second.InitrdPath).AsSpan().SequenceEqual(initrd), Is.True);
            Assert.That(
                second.Manifest.Files.Select(file => file.Sha256),
                Is.EqualTo(first.Manifest.Files.Select(file => file.Sha256)));
            Assert.That(second.Manifest.Files.Select(file => file.Name), Is.EqualTo(new[] { "initrd", "kernel" }));
            string names = Encoding.Latin1.GetString(initrd);
            Assert.That(names, Does.Contain("bin/modprobe\0"));
            Assert.That(names, Does.Contain("/virtio_net.ko\0").And.Contain("/ext4.ko\0"));
            Assert.That(names, Does.Contain("alias virtio:d00000001v* virtio_net\n"));
            Assert.That(second.Manifest.Packages, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task TwoBuildsAtOnceAreOne()
    {
        ImageName name = ImageName.Parse("tiny:12");
        List<string> said = [];
        Recorder recorder = new(said);
        GuestImage[] images = await Task.WhenAll(
            new ImageBuilder(new ImageCatalog(_folder)).BuildAsync(name, rebuild: false, recorder),
            new ImageBuilder(new ImageCatalog(_folder)).BuildAsync(name, rebuild: false, recorder));
        Assert.That(images[0].Folder, Is.EqualTo(images[1].Folder));
        Assert.That(said.Count(line => line.StartsWith("writing", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    private static async Task<GuestImage> Build(ImageCatalog catalog, ImageName name)
    {
        try
        {
            return await new ImageBuilder(catalog).BuildAsync(name, rebuild: true);
        }
        catch (ImageException reason)
        {
            Assert.Ignore($"the image cannot be had: {reason.Message}");
            throw;
        }
    }

    private sealed class Recorder(List<string> said) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value)
        {
            lock (said)
            {
                said.Add(value.Text);
            }
        }
    }
}
