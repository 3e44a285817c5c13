using TestLab.Images;
using TestLab.Labs.Plans;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

/// <summary>What an image of the user's files is: all that its machine can see takes part in its address.</summary>
public sealed class MaterialLoaderTests
{
    private static readonly KernelImage Image = new() { Kernel = "vmlinuz", Initrd = "initrd", Disk = "disk", Append = "quiet" };

    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("testlab-material-").FullName;
        foreach (string name in (string[])["vmlinuz", "initrd", "disk"]) Write(name, "same");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("vmlinuz"), TestCase("initrd"), TestCase("disk")]
    public async Task AnotherFileIsAnotherImageAndTheSameBytesAreTheSame(string name)
    {
        string before = await AddressAsync(Image);
        Write(name, "other");
        Assert.That(await AddressAsync(Image), Is.Not.EqualTo(before));
        Write(name, "same");
        Assert.That(await AddressAsync(Image), Is.EqualTo(before));
    }

    [Test]
    public async Task WhatIsMissingAndWhatIsSaidCountToo()
    {
        string[] all =
        [
            await AddressAsync(Image), await AddressAsync(Image with { Disk = null }), await AddressAsync(Image with { Initrd = null }),
            await AddressAsync(Image with { Append = "loud" }), await AddressAsync(Image with { Disk = null, Initrd = null }),
        ];
        Assert.That(all, Is.Unique);
    }

    private async Task<string> AddressAsync(KernelImage image) =>
        (await new MaterialLoader(new ImageCatalog(_folder), _folder).ProvideAsync(image, null, CancellationToken.None)).Address;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
