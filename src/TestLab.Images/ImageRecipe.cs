using System.Security.Cryptography;
using System.Text;
using TestLab.Images.Initramfs;
using TestLab.Images.RootFileSystem;

namespace TestLab.Images;

/// <summary>
/// All that decides how an image is made, except the versions of packages in the archive; its SHA-256 is the image's
/// address. Two recipes are the same image when their texts are equal.
/// </summary>
public sealed class ImageRecipe
{
    /// <summary>Raised when builders make something else of the same recipe.</summary>
    public const int BuilderVersion = 2;

    // The serial console; a panic or a reboot resets at once; no self-tests of the crypto modules (half of a boot's
    // instructions); the clock rates that the processor reports are taken for true; the processor's random numbers
    // count as entropy.
    private const string QuickBoot =
        "console=ttyS0 panic=-1 reboot=t cryptomgr.notests tsc=reliable no_timer_check random.trust_cpu=on";

    private ImageRecipe(ImageName name, string commandLine, int memoryMebibytes)
    {
        Name = name;
        CommandLine = commandLine;
        MemoryMebibytes = memoryMebibytes;
        Text = string.Join(
            '\n',
            $"builder {BuilderVersion}",
            $"image {name}",
            $"release {name.Release.Number}",
            $"architecture {name.Architecture}",
            $"kernel {name.Flavour}",
            $"modules {string.Join(' ', InitramfsBuilder.Modules)}",
            $"command line {commandLine}",
            $"memory {memoryMebibytes}",
            $"initial file system {Hash(InitramfsBuilder.Skeleton())}",
            $"disk {DiskText(name)}")
            + "\n";
        Address = Hash(Encoding.UTF8.GetBytes(Text));
    }

    public ImageName Name { get; }

    /// <summary>The kernel's command line with which the image boots by default.</summary>
    public string CommandLine { get; }

    /// <summary>The memory that a machine gets by default, in MiB.</summary>
    public int MemoryMebibytes { get; }

    /// <summary>The canonical text, one fact a line.</summary>
    public string Text { get; }

    /// <summary>The SHA-256 of <see cref="Text"/>, 64 hexadecimal digits.</summary>
    public string Address { get; }

    public static ImageRecipe For(ImageName name)
        => name.Base switch
        {
            ImageBase.Debian => new ImageRecipe(name, $"{QuickBoot} root=/dev/vda rw", memoryMebibytes: 512),
            _ => new ImageRecipe(name, QuickBoot, memoryMebibytes: 128),
        };

    private static string DiskText(ImageName name)
        => name.Base == ImageBase.Tiny
            ? "none"
            : $"{DebianRoot.DiskBytes} {DebianRoot.Epoch} {Hash(EmbeddedFile.Read(DebianRoot.Script))} "
                + string.Join(' ', DebianRoot.Packages);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
