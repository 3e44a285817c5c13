using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class FileDiskTests
{
    private string _path = "";

    [SetUp]
    public void SetUp()
    {
        _path = Path.GetTempFileName();
        File.WriteAllBytes(_path, [.. Enumerable.Range(0, 4 * 512).Select(index => (byte)(index / 512))]);
    }

    [TearDown]
    public void TearDown() => File.Delete(_path);

    [Test]
    public void SectorsAreRead()
    {
        using var disk = new FileDisk(_path);
        byte[] sectors = new byte[1024];
        Assert.That(disk.SectorCount, Is.EqualTo(4));
        Assert.That(disk.TryRead(1, sectors), Is.True);
        Assert.That((sectors[0], sectors[511], sectors[512]), Is.EqualTo((1, 1, 2)));
    }

    [Test]
    public void WhatIsBeyondTheEndIsAnError()
    {
        using var disk = new FileDisk(_path);
        Assert.That(disk.TryRead(3, new byte[1024]), Is.False);
        Assert.That(disk.TryRead(4, new byte[512]), Is.False);
    }

    [Test]
    public void NothingIsWrittenToTheFile()
    {
        byte[] before = File.ReadAllBytes(_path);
        using (var disk = new FileDisk(_path)) Assert.That(disk.TryWrite(0, new byte[512]), Is.False);
        Assert.That(File.ReadAllBytes(_path), Is.EqualTo(before));
    }

    [Test]
    public void AFileOfBrokenSectorsIsNoDisk()
    {
        File.WriteAllBytes(_path, new byte[513]);
        Assert.That(() => new FileDisk(_path), Throws.InstanceOf<InvalidDataException>());
    }
}
