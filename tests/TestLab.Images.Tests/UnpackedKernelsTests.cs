using System.Text;

namespace TestLab.Images.Tests;

public sealed class UnpackedKernelsTests
{
    private static readonly byte[] _packed = Encoding.ASCII.GetBytes("packed");

    private string _cache = "";
    private int _unpackings;

    private string Folder => Path.Combine(_cache, "kernels");

    [SetUp]
    public void CreateCache()
    {
        _cache = Directory.CreateTempSubdirectory("testlab-kernels").FullName;
        _unpackings = 0;
    }

    [TearDown]
    public void RemoveCache() => Directory.Delete(_cache, recursive: true);

    [Test]
    public void AKernelIsUnpackedOnce()
    {
        byte[] first = Find();
        byte[] second = Find();
        byte[] third = Find();
        Assert.Multiple(() =>
        {
            Assert.That(_unpackings, Is.EqualTo(1));
            Assert.That(first, Is.EqualTo(Unpacked));
            Assert.That(second, Is.EqualTo(Unpacked));
            Assert.That(third, Is.EqualTo(Unpacked));
            Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(1));
        });
    }

    [TestCase("cut")]
    [TestCase("empty")]
    [TestCase("changed")]
    public void ADamagedFileIsMadeAnew(string damage)
    {
        Find();
        string file = Directory.GetFiles(Folder).Single();
        byte[] content = File.ReadAllBytes(file);
        content[^1] ^= 1;
        File.Delete(file);
        File.WriteAllBytes(file, damage switch { "cut" => content[..20], "empty" => [], _ => content });
        Assert.Multiple(() =>
        {
            Assert.That(Find(), Is.EqualTo(Unpacked));
            Assert.That(_unpackings, Is.EqualTo(2));
            Assert.That(Find(), Is.EqualTo(Unpacked));
            Assert.That(_unpackings, Is.EqualTo(2));
        });
    }

    [Test]
    public void AStoreThatCannotBeWrittenIsDoneWithout()
    {
        File.WriteAllText(Folder, "a file where the folder should be");
        Assert.Multiple(() =>
        {
            Assert.That(Find(), Is.EqualTo(Unpacked));
            Assert.That(Find(), Is.EqualTo(Unpacked));
            Assert.That(_unpackings, Is.EqualTo(2));
        });
    }

    [Test]
    public void ManyAtOnceAllGetTheKernel()
    {
        var results = new byte[16][];
        Parallel.For(0, results.Length, i => results[i] = Find());
        Assert.Multiple(() =>
        {
            Assert.That(results, Is.All.EqualTo(Unpacked));
            Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(1), "nothing unfinished is left");
        });
    }

    [Test]
    public void TheOldestGoWhenThereAreTooMany()
    {
        var store = new UnpackedKernels(_cache);
        for (byte i = 0; i < UnpackedKernels.KernelsMax + 5; i++) store.Find([i], () => Unpacked);
        Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(UnpackedKernels.KernelsMax));
    }

    [Test]
    public void WhatUnpackingThrowsGoesThroughAndKeepsNothing()
    {
        var store = new UnpackedKernels(_cache);
        Assert.That(() => store.Find(_packed, () => throw new InvalidDataException("damaged")), Throws.TypeOf<InvalidDataException>());
        Assert.That(Directory.Exists(Folder), Is.False);
    }

    private static byte[] Unpacked => Encoding.ASCII.GetBytes("a kernel, unpacked");

    private byte[] Find() => new UnpackedKernels(_cache).Find(_packed, () =>
    {
        Interlocked.Increment(ref _unpackings);
        return Unpacked;
    }).ToArray();
}
