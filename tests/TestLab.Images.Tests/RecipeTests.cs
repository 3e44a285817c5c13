namespace TestLab.Images.Tests;

/// <summary>Recipes: equal descriptions are one image, and what is wrong with one is said before anything is built.</summary>
internal sealed class RecipeTests
{
    private static readonly ImageName Debian = ImageName.Parse("debian:13");

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ADescriptionWithoutAdditionsIsItsBase()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(AddressOf(new()), Is.EqualTo(ImageRecipe.For(ImageName.Parse("tiny:13")).Address));
            Assert.That(AddressOf(new() { Base = Debian }),
                Is.EqualTo(ImageRecipe.For(ImageName.Parse("debian:13-minimal")).Address));
            Assert.That(AddressOf(new() { Base = Debian, Init = ImageInit.Systemd }),
                Is.EqualTo(ImageRecipe.For(Debian).Address));
        }
    }

    [Test]
    public void WhatDecidesOnTheImageDecidesOnTheAddressAndNothingElseDoes()
    {
        string file = FileOf("a", "text");
        string same = FileOf("b", "text");
        string other = FileOf("c", "other");
        ImageSpecification image = new() { Base = Debian, Packages = ["curl", "gcc"], Files = [new(file, "/x", 0x1A4)] };
        string address = AddressOf(image);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(AddressOf(image with { Packages = ["gcc", "curl", "gcc"] }), Is.EqualTo(address));
            Assert.That(AddressOf(image with { Files = [new(same, "/x", 0x1A4)] }), Is.EqualTo(address));
            Assert.That(AddressOf(image with { Files = [new(other, "/x", 0x1A4)] }), Is.Not.EqualTo(address));
            Assert.That(AddressOf(image with { Files = [new(file, "/y", 0x1A4)] }), Is.Not.EqualTo(address));
            Assert.That(AddressOf(image with { Files = [new(file, "/x", 0x1ED)] }), Is.Not.EqualTo(address));
            Assert.That(AddressOf(image with { Packages = ["curl"] }), Is.Not.EqualTo(address));
            Assert.That(AddressOf(image with { Init = ImageInit.Systemd }), Is.Not.EqualTo(address));
            Assert.That(AddressOf(image with { Commands = ["a", "b"] }),
                Is.Not.EqualTo(AddressOf(image with { Commands = ["b", "a"] })), "Commands have an order.");
            Assert.That(AddressOf(image with { Commands = ["a\nrun \"b\""] }),
                Is.Not.EqualTo(AddressOf(image with { Commands = ["a", "b"] })));
        }
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case(new() { Packages = ["nginx"] }, "tiny:13 has no package manager and no disk; base it on debian:13");
        yield return Case(new() { Commands = ["true"] }, "tiny:13 has no package manager");
        yield return Case(new() { Initrd = "x" }, "an initrd without a kernel");
        yield return Case(new() { Disk = "x", Oci = "y" }, "exclude each other");
        yield return Case(new() { Kernel = "k", Packages = ["a"] }, "nothing can be added to a kernel or disk");
        yield return Case(new() { Oci = "o", Commands = ["a"] }, "nothing can be added to an OCI archive");
        yield return Case(new() { Base = Debian, Packages = ["a; reboot"] }, "\"a; reboot\" is no name of a package");
        yield return Case(new() { Base = Debian, Packages = ["--purge"] }, "\"--purge\" is no name of a package");
        yield return Case(new() { Files = [new("/etc/passwd", "relative")] }, "\"relative\" is no place for a file");
        yield return Case(new() { Files = [new("/etc/passwd", "/a/../b")] }, "\"/a/../b\" is no place for a file");
        yield return Case(new() { Files = [new("/etc/passwd", "/a/")] }, "is no place for a file");
        yield return Case(new() { Files = [new("/etc/passwd", "/a", 0x1000)] }, "/a: the mode is more than 7777");
        yield return Case(new() { Files = [new("/no/such/file", "/a")] }, "file /no/such/file: no such file");
        yield return Case(new() { Files = [new("/etc", "/a")] }, "file /etc: it is a folder");
        yield return Case(new() { Kernel = "/no/kernel" }, "kernel /no/kernel: no such file");
        yield return Case(new() { Disk = "/no/disk" }, "disk /no/disk: no such file");
        yield return Case(new() { Oci = "/no/oci" }, "oci /no/oci: no such file");

        static TestCaseData Case(ImageSpecification image, string message) =>
            new TestCaseData(image, message).SetArgDisplayNames(message);
    }

    [TestCaseSource(nameof(Wrong))]
    public void WhatIsWrongIsSaidBeforeAnythingIsBuilt(ImageSpecification image, string message)
        => Assert.That(() => ImageRecipe.For(image), Throws.TypeOf<RecipeException>().With.Message.Contains(message));

    [TestCase("dpkg: error processing package ssh (--configure):", "ssh")]
    [TestCase("E: Failed to fetch http://mirror.test/pool/main/c/curl/curl_7.88-1_i386.deb  404  Not Found", "curl")]
    public void ThePackageIsFoundInAComplaint(string errors, string package)
        => Assert.That(Packages.AptWorkspace.CulpritIn(errors), Is.EqualTo(package));

    private static string AddressOf(ImageSpecification image) => ImageRecipe.For(image).Address;

    private string FileOf(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
