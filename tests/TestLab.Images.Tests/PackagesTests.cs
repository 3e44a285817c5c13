using TestLab.Images.Initramfs;
using TestLab.Images.Packages;
using TestLab.Images.RootFileSystem;

namespace TestLab.Images.Tests;

/// <summary>What the distribution's tools say, understood.</summary>
internal sealed class PackagesTests
{
    private const string Paragraphs =
        """
        Package: linux-image-amd64
        Source: linux-signed-amd64 (6.1.1+2)
        Version: 1:6.1.1-2
        Architecture: amd64
        Depends: linux-image-6.1.0-5-amd64 (= 6.1.1-2), kmod | module-init-tools, libc6:any
        Description: Linux
         with a second line: of text
        SHA256: abcd

        Package: other
        Version: 2
        """;

    [Test]
    public void TheFirstParagraphIsThePackage()
    {
        DebianPackage? package = DebianPackage.Parse(Paragraphs);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(package?.FileName, Is.EqualTo("linux-image-amd64_1%3a6.1.1-2_amd64.deb"));
            Assert.That(package?.Sha256, Is.EqualTo("abcd"));
            Assert.That(
                package?.Dependencies(), Is.EqualTo(new[] { "linux-image-6.1.0-5-amd64", "kmod", "libc6" }));
        }
    }

    [TestCase("linux-image-6.12.1-amd64", "kmod, linux-base (>= 4.12~), initramfs-tools | linux-initramfs-tool", "linux-image-6.12.1-amd64")]
    [TestCase(
        "linux-image-7.2.13-amd64",
        "dracut | initramfs-tools, linux-base-7.2.13-amd64 (= 7.2.13-1), linux-binary-7.2.13-amd64 (= 7.2.13-1), linux-modules-7.2.13-amd64 (= 7.2.13-1)",
        "linux-image-7.2.13-amd64 linux-base-7.2.13-amd64 linux-binary-7.2.13-amd64 linux-modules-7.2.13-amd64")]
    public void AKernelComesInOnePackageOrInSeveral(string name, string dependencies, string parts)
        => Assert.That(
            string.Join(' ', BootFiles.PartsOf(new DebianPackage(name, "1", "amd64", "", dependencies))), Is.EqualTo(parts));

    [Test]
    public void AParagraphWithoutAHashIsNoPackage()
        => Assert.That(DebianPackage.Parse("Package: x\nVersion: 1\nArchitecture: all\n"), Is.Null);

    [Test]
    public void TheMirrorIsTheOneOfTheHost()
        => Assert.That(
            DebianMirror.FromIndexTargets(
                "https://tools.test/apt/|stable|Tools\n"
                + "http://mirror.test/d/|bookworm|Debian\n"
                + "http://mirror.test/s/|bookworm-security|Debian-Security\n"),
            Is.EqualTo(new DebianMirror("http://mirror.test/d", "http://mirror.test/s")));

    [Test]
    public void BeforeTheHostHasListsTheAddressesTell()
        => Assert.That(
            DebianMirror.FromIndexTargets("http://mirror.test/debian/|bookworm|$(LABEL)\n"),
            Is.EqualTo(new DebianMirror("http://mirror.test/debian", "http://mirror.test/debian-security")));

    [Test]
    public void AHostWithoutDebianHasNoMirror()
        => Assert.That(DebianMirror.FromIndexTargets("http://mirror.test/ubuntu/|noble|Ubuntu\n"), Is.Null);

    [Test]
    public void TheStatusFileListsTheInstalledPackages()
        => Assert.That(
            DebianRoot.InstalledPackages("Package: a\nVersion: 1\nArchitecture: all\n\nPackage: b\nStatus: x\n\n"),
            Is.EqualTo(new[] { new ImagePackage("a", "1", "all") }));

    [Test]
    public void TheAppletsOfBusyboxAreReadOutOfItsTable()
        => Assert.That(
            Busybox.AppletsOf("\u007FELF..[\0[[\0ash\0sh\0zcip\0\0more"u8), Is.EqualTo(
                new[] { "[", "[[", "ash", "sh", "zcip" }));

    [Test]
    public void AProgramWithoutATableIsNotBusybox()
        => Assert.That(() => Busybox.AppletsOf("nothing"u8), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void AFileThatIsNoModuleIsRefused()
        => Assert.That(() => KernelModule.Parse("x", new byte[100]), Throws.TypeOf<InvalidDataException>());
}
