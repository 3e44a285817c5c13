using TestLab.Images.Hosting;
using TestLab.Images.Packages;

namespace TestLab.Images.Tests;

/// <summary>The cache: complete images or none, whoever builds, fails or stops.</summary>
internal sealed class ImageCatalogTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void AnImageIsThereOnceItIsPublishedAndGoneOnceItIsRemoved()
    {
        ImageCatalog catalog = new(_folder);
        ImageName name = ImageName.Parse("tiny:12");
        Assert.That(catalog.Find(name), Is.Null);
        GuestImage image = Publish(catalog, name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(catalog.Find(name)?.Folder, Is.EqualTo(image.Folder));
            Assert.That(catalog.List().Select(found => found.Manifest.Name), Is.EqualTo(new[] { "tiny:12" }));
            Assert.That(image.DiskPath, Is.Null);
            Assert.That(image.Bytes, Is.EqualTo(3));
        }
        catalog.RemoveAsync(image).Wait();
        Assert.That(catalog.List(), Is.Empty);
        Assert.That(catalog.Find(name), Is.Null);
    }

    [Test]
    public void AnUnfinishedBuildIsNotListedAndLeavesNothing()
    {
        ImageCatalog catalog = new(_folder);
        string address = ImageRecipe.For(ImageName.Parse("tiny:12")).Address;
        File.WriteAllText(Path.Combine(catalog.BeginBuild(address), ImageManifest.FileName), "{}");
        Assert.That(catalog.List(), Is.Empty);
        catalog.RemoveBuild(address);
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(_folder, "images")), Is.Empty);
    }

    [Test]
    public void ADamagedManifestIsATypedError()
    {
        ImageCatalog catalog = new(_folder);
        ImageName name = ImageName.Parse("tiny:12");
        GuestImage image = Publish(catalog, name);
        File.WriteAllText(Path.Combine(image.Folder, ImageManifest.FileName), "{ \"name\": 1 }");
        Assert.That(() => catalog.Find(name), Throws.TypeOf<ImageException>().With.Message.Contains("damaged"));
    }

    [Test]
    public async Task ALockIsHeldByOneAtATime()
    {
        string path = Path.Combine(_folder, "lock");
        using CancellationTokenSource stop = new();
        FileLock first = await FileLock.AcquireAsync(path, null, CancellationToken.None);
        TaskCompletionSource waiting = new();
        Task<FileLock> second = FileLock.AcquireAsync(path, waiting.SetResult, stop.Token);
        await waiting.Task;
        Assert.That(second.IsCompleted, Is.False);
        first.Dispose();
        (await second).Dispose();
    }

    [Test]
    public async Task WaitingForALockCanBeCancelled()
    {
        string path = Path.Combine(_folder, "lock");
        using CancellationTokenSource stop = new();
        using FileLock first = await FileLock.AcquireAsync(path, null, CancellationToken.None);
        Task<FileLock> second = FileLock.AcquireAsync(path, stop.Cancel, stop.Token);
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task ACancelledBuildLeavesNothing()
    {
        ImageCatalog catalog = new(_folder);
        using CancellationTokenSource stop = new();
        StopAtOnce progress = new(stop);
        Assert.That(
            async () => await new ImageBuilder(catalog).BuildAsync(
                ImageName.Parse("tiny:12"), rebuild: true, progress, stop.Token),
            Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<ImageException>());
        Assert.That(
            Directory.GetFileSystemEntries(Path.Combine(_folder, "images")).Select(Path.GetExtension),
            Is.EqualTo(new[] { ".lock" }));
        await Task.CompletedTask;
    }

    [Test]
    public void TheOldestOfWhatWasFetchedGoesFirstWhereThereIsTooMuch()
    {
        foreach (string name in (string[])["b.deb", "c.deb", "a.deb"])
        {
            string path = Path.Combine(_folder, name);
            DateTime after = DateTime.UtcNow;
            // The clock of the file system ticks more seldom than the test runs.
            do
            {
                File.Delete(path);
                File.WriteAllBytes(path, new byte[100]);
            }
            while (File.GetCreationTimeUtc(path) < after);
        }
        File.WriteAllBytes(Path.Combine(_folder, "lock"), new byte[1000]);
        AptWorkspace.Trim(_folder, 200);
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "c.deb", "a.deb", "lock" }));
        AptWorkspace.Trim(_folder, 200);
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(3));
        AptWorkspace.Trim(_folder, 0);
        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EqualTo(new[] { "lock" }));
    }

    [Test]
    public async Task WhatWasFetchedIsRemovedWhenNoBuildNeedsIt()
    {
        ImageCatalog catalog = new(_folder);
        string archives = Path.Combine(_folder, "apt", "bookworm-amd64", "archives");
        Directory.CreateDirectory(archives);
        File.WriteAllBytes(Path.Combine(archives, "a.deb"), new byte[100]);
        using CancellationTokenSource stop = new();
        using (await FileLock.AcquireAsync(Path.Combine(_folder, "apt", "bookworm-amd64.lock"), null, CancellationToken.None))
        {
            Task<long> removal = catalog.RemoveDownloadsAsync(stop.Token);
            stop.Cancel();
            Assert.That(async () => await removal, Throws.InstanceOf<OperationCanceledException>());
            Assert.That(File.Exists(Path.Combine(archives, "a.deb")), Is.True, "A build has it.");
        }
        Assert.That(await catalog.RemoveDownloadsAsync(), Is.EqualTo(100));
        Assert.That(Directory.GetDirectories(Path.Combine(_folder, "apt")), Is.Empty);
        Assert.That(await catalog.RemoveDownloadsAsync(), Is.Zero);
    }

    [Test]
    public void AMissingProgramIsNamedWithItsPackage()
        => Assert.That(
            async () => await new HostCommand("no-such-program").RunAsync(CancellationToken.None),
            Throws.TypeOf<MissingToolException>().With.Message.Contains("apt-get install no-such-program"));

    [Test]
    public void AFailedCommandTellsWhatItSaid()
        => Assert.That(
            async () => await new HostCommand("sh", "-c", "echo the reason >&2; exit 3").RunAsync(default),
            Throws.TypeOf<CommandFailedException>().With.Message.Contains("the reason")
                .And.Property(nameof(CommandFailedException.ExitCode)).EqualTo(3));

    private static GuestImage Publish(ImageCatalog catalog, ImageName name)
    {
        ImageRecipe recipe = ImageRecipe.For(name);
        string folder = catalog.BeginBuild(recipe.Address);
        new ImageManifest
        {
            Name = name.ToString(),
            Address = recipe.Address,
            Recipe = recipe.Text,
            Architecture = name.Architecture,
            KernelVersion = "6.1",
            CommandLine = recipe.CommandLine,
            MemoryMebibytes = recipe.MemoryMebibytes,
            Packages = [],
            Files = [new ImageFile("initrd", 3, "")],
        }.Save(Path.Combine(folder, ImageManifest.FileName));
        return catalog.Publish(recipe.Address);
    }

    private sealed class StopAtOnce(CancellationTokenSource stop) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value) => stop.Cancel();
    }
}
