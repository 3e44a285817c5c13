using System.Diagnostics;

namespace TestLab.Images.Tests;

/// <summary>Recipes built on Debian, in the user's own cache: the base is built once for all tests and labs.</summary>
[Category("Slow")]
internal sealed class RecipeBuildTests
{
    private static readonly ImageCatalog Catalog = new();
    private static readonly ImageName Debian = ImageName.Parse("debian:13");

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task PackagesFilesAndCommandsAreInTheImageAndAreBuiltOnce()
    {
        string file = Path.Combine(_folder, "page");
        await File.WriteAllTextAsync(file, "hello\n");
        ImageRecipe recipe = ImageRecipe.For(new ImageSpecification
        {
            Base = Debian,
            Packages = ["netcat-openbsd"],
            Files = [new ImageFileSource(file, "/srv/www/a page", 0x180)],
            Commands = ["cat '/srv/www/a page' > /srv/copy", "command -v nc > /srv/where"],
        });
        Stopwatch watch = Stopwatch.StartNew();
        GuestImage image = await new ImageBuilder(Catalog).BuildAsync(recipe, rebuild: true);
        TestContext.Out.WriteLine($"built in {watch.Elapsed.TotalSeconds:F1} s, {image.Bytes >> 20} MiB apparent");
        watch.Restart();
        GuestImage again = await new ImageBuilder(Catalog).BuildAsync(recipe);
        TestContext.Out.WriteLine($"found in {watch.Elapsed.TotalMilliseconds:F0} ms");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Folder, Is.EqualTo(image.Folder));
            Assert.That(image.Manifest.Name, Is.EqualTo($"recipe:{recipe.Address[..12]}"));
            Assert.That(image.Manifest.Packages.Select(package => package.Name), Does.Contain("netcat-openbsd").And.Contain("dpkg"));
            Assert.That(Debugfs(image, "cat /srv/copy"), Is.EqualTo("hello\n"));
            Assert.That(Debugfs(image, "cat /srv/where"), Is.EqualTo("/usr/bin/nc\n").Or.EqualTo("/bin/nc\n"));
            Assert.That(Debugfs(image, "stat \"/srv/www/a page\""), Does.Contain("Mode:  0600"));
            Assert.That(Debugfs(image, "ls -p /usr/sbin"), Does.Not.Contain("policy-rc.d"));
            Assert.That(Debugfs(image, "ls -p /proc").Trim().Split('\n'), Has.Length.EqualTo(2), "No mount came along.");
        }
        await Catalog.RemoveAsync(image);
    }

    [Test]
    public void MissingPackagesAreNamedBeforeTheBaseIsBuilt()
    {
        ImageCatalog empty = new(_folder);
        ImageRecipe recipe = RecipeOf(packages: ["curl", "nginx-lihgt", "no-such-package"]);
        PackageException? failed = Assert.ThrowsAsync<PackageException>(() => new ImageBuilder(empty).BuildAsync(recipe));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed?.Packages, Is.EqualTo(new[] { "nginx-lihgt", "no-such-package" }));
            Assert.That(failed?.Message, Does.Contain("did you mean nginx-light?"));
            Assert.That(Directory.GetDirectories(Path.Combine(_folder, "images")), Is.Empty);
        }
    }

    [Test]
    public void APackageThatOnlyOthersProvideIsToldWithThem()
    {
        ImageRecipe recipe = RecipeOf(packages: ["mail-transport-agent"]);
        PackageException? failed = Assert.ThrowsAsync<PackageException>(() => new ImageBuilder(Catalog).BuildAsync(recipe));
        Assert.That(failed?.Message, Does.Contain("name one of them: ").And.Contain(", "));
        AssertNothingIsLeft(recipe);
    }

    [Test]
    public async Task WhatAKilledBuildLeftIsSweptByTheNext()
    {
        ImageCatalog catalog = new(_folder);
        string left = Path.Combine(_folder, "images", $"{new string('a', 64)}.partial");
        string busy = Path.Combine(_folder, "images", $"{new string('b', 64)}.partial");
        Directory.CreateDirectory(Path.Combine(left, "scraps"));
        Directory.CreateDirectory(busy);
        using (await catalog.LockAsync(new string('b', 64), null, CancellationToken.None))
        {
            await new ImageBuilder(catalog).BuildAsync(ImageRecipe.For(new ImageSpecification { Kernel = "/proc/self/exe" }));
            Assert.That(Directory.Exists(left), Is.False);
            Assert.That(Directory.Exists(busy), Is.True, "Somebody builds it.");
        }
    }

    [Test]
    public void AFailingCommandIsNamedWithWhatItSaidAndLeavesNothing()
    {
        ImageRecipe recipe = RecipeOf(commands: ["true", "echo reason >&2; exit 9", "true"]);
        RecipeCommandException? failed =
            Assert.ThrowsAsync<RecipeCommandException>(() => new ImageBuilder(Catalog).BuildAsync(recipe));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed?.Command, Is.EqualTo("echo reason >&2; exit 9"));
            Assert.That(failed?.ExitCode, Is.EqualTo(9));
            Assert.That(failed?.Message, Does.Contain("reason"));
        }
        AssertNothingIsLeft(recipe);
    }

    [Test]
    public void ACancelledBuildLeavesNothingBehindNorRunning()
    {
        ImageRecipe recipe = RecipeOf(commands: ["exec sleep 98765"]);
        using CancellationTokenSource cancellation = new();
        Progress progress = new(text => text.StartsWith("adding", StringComparison.Ordinal), cancellation);
        Assert.That(
            () => new ImageBuilder(Catalog).BuildAsync(recipe, progress: progress, cancellation: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        AssertNothingIsLeft(recipe);
    }

    private static ImageRecipe RecipeOf(string[]? packages = null, string[]? commands = null)
        => ImageRecipe.For(new ImageSpecification { Base = Debian, Packages = packages ?? [], Commands = commands ?? [] });

    private static void AssertNothingIsLeft(ImageRecipe recipe)
    {
        Assert.That(Catalog.Find(recipe), Is.Null);
        Assert.That(
            Directory.GetDirectories(Path.Combine(Catalog.Folder, "images"), $"{recipe.Address}*"), Is.Empty);
    }

    /// <summary>Looks into the file system without mounting it.</summary>
    private static string Debugfs(GuestImage image, string request)
    {
        using Process process = Process.Start(new ProcessStartInfo("/usr/sbin/debugfs", ["-R", request, image.DiskPath ?? ""])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("debugfs does not start");
        return process.StandardOutput.ReadToEnd();
    }

    private sealed class Progress(Func<string, bool> isTime, CancellationTokenSource cancellation) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value)
        {
            if (isTime(value.Text)) cancellation.CancelAfter(TimeSpan.FromSeconds(1));
        }
    }
}
