using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
    public const int BuilderVersion = 3;

    /// <summary>What the labels of images start with that are no bases.</summary>
    public const string LabelPrefix = "recipe:";

    private const int DiskMemoryMebibytes = 256;
    private const int SystemdMemoryMebibytes = 512;
    private const int TinyMemoryMebibytes = 128;

    // The serial console; a panic or a reboot resets at once; no self-tests of the crypto modules (half of a boot's
    // instructions); the clock rates that the processor reports are taken for true; the processor's random numbers
    // count as entropy; interfaces are called eth0 and so on, whatever starts the system.
    internal const string QuickBoot = "console=ttyS0 panic=-1 reboot=t cryptomgr.notests tsc=reliable no_timer_check "
        + "random.trust_cpu=on net.ifnames=0";

    /// <summary>The word of a command line that has systemd start the system.</summary>
    internal const string SystemdStart = "init=/sbin/init";

    private const string OwnKernelBoot = "console=ttyS0 reboot=k panic=-1";

    private ImageRecipe(
        ImageName name,
        ImageSpecification specification,
        string commandLine,
        int memoryMebibytes,
        IEnumerable<string> facts,
        string? label = null)
    {
        Name = name;
        Specification = specification;
        CommandLine = commandLine;
        MemoryMebibytes = memoryMebibytes;
        string[] all =
        [
            $"builder {BuilderVersion}", .. facts, $"command line {commandLine}", $"memory {memoryMebibytes}",
        ];
        Text = string.Join('\n', all) + "\n";
        Address = Hash(Encoding.UTF8.GetBytes(Text));
        Label = label ?? LabelPrefix + Address[..12];
    }

    /// <summary>The base.</summary>
    public ImageName Name { get; }

    /// <summary>
    /// What the image is called: the base's name, the user's, or <c>recipe:</c> and the start of the address.
    /// </summary>
    public string Label { get; }

    public ImageSpecification Specification { get; }

    /// <summary>The kernel's command line with which the image boots by default.</summary>
    public string CommandLine { get; }

    /// <summary>The memory that a machine gets by default, in MiB.</summary>
    public int MemoryMebibytes { get; }

    /// <summary>The canonical text, one fact a line.</summary>
    public string Text { get; }

    /// <summary>The SHA-256 of <see cref="Text"/>, 64 hexadecimal digits.</summary>
    public string Address { get; }

    public static ImageRecipe For(ImageName name)
    {
        string[] facts =
        [
            $"image {name}",
            $"release {name.Release.Word}",
            $"architecture {name.Architecture}",
            $"kernel {name.Flavour}",
            $"modules {string.Join(' ', InitramfsBuilder.Modules)}",
            $"initial file system {Hash(InitramfsBuilder.Skeleton(name.Architecture))}",
            $"disk {DiskText(name)}",
        ];
        return new ImageRecipe(
            name, ImageSpecification.Of(name), CommandLineOf(name, hasDisk: false), MemoryOf(name, hasDisk: false), facts,
            name.ToString());
    }

    /// <summary>The recipe of a description; reads the files that it names, for their hashes.</summary>
    /// <exception cref="RecipeException">The description contradicts itself, or a file cannot be read.</exception>
    public static ImageRecipe For(ImageSpecification specification)
    {
        RecipeCheck.Check(specification);
        ImageName name = specification.Base.With(specification.Init);
        if (specification.Kernel is { } kernel)
        {
            string commandLine = specification.CommandLine ?? OwnKernelBoot;
            string[] own = [.. LabelFacts(specification), FileFact("kernel", kernel), .. OwnFacts(specification)];
            return new ImageRecipe(name, specification, commandLine, DiskMemoryMebibytes, own, specification.Label);
        }
        bool hasDisk = (specification.Disk ?? specification.Oci) is not null;
        if (!hasDisk && !specification.HasAdditions && specification.CommandLine is null)
        {
            return For(name);
        }
        string[] facts =
        [
            .. LabelFacts(specification),
            $"base {For(name).Address}",
            .. OwnFacts(specification),
            .. specification.Packages.Distinct().Order(StringComparer.Ordinal).Select(package => $"package {package}"),
            .. specification.Files.OrderBy(file => file.GuestPath, StringComparer.Ordinal).Select(file =>
                FileFact($"file {JsonSerializer.Serialize(file.GuestPath)} {Octal(file.EffectiveMode)}", file.HostPath)),
            .. specification.Commands.Select(command => $"run {JsonSerializer.Serialize(command)}"),
            $"layer {RootRecipe.Version}",
        ];
        return new ImageRecipe(
            name,
            specification,
            $"{CommandLineOf(name, hasDisk)} {specification.CommandLine}".Trim(),
            MemoryOf(name, hasDisk),
            facts,
            specification.Label);
    }

    internal static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string[] LabelFacts(ImageSpecification specification)
        => specification.Label is { } label ? [$"label {label}"] : [];

    private static IEnumerable<string> OwnFacts(ImageSpecification specification)
        => new (string Kind, string? Path)[]
            {
                ("initrd", specification.Initrd), ("disk", specification.Disk), ("oci", specification.Oci),
            }
            .Where(fact => fact.Path is not null)
            .Select(fact => FileFact(fact.Kind, fact.Path ?? ""));

    private static string FileFact(string fact, string path)
    {
        using FileStream file = RecipeCheck.Open(fact.Split(' ')[0], path);
        return $"{fact} {Convert.ToHexStringLower(SHA256.HashData(file))}";
    }

    private static string CommandLineOf(ImageName name, bool hasDisk)
        => (name.Base, name.Init, hasDisk) switch
        {
            (ImageBase.Debian, ImageInit.Systemd, _) => $"{QuickBoot} root=/dev/vda rw {SystemdStart}",
            (ImageBase.Debian, _, _) or (_, _, true) => $"{QuickBoot} root=/dev/vda rw",
            _ => QuickBoot,
        };

    private static int MemoryOf(ImageName name, bool hasDisk)
        => (name.Base, name.Init, hasDisk) switch
        {
            (ImageBase.Debian, ImageInit.Systemd, _) => SystemdMemoryMebibytes,
            (ImageBase.Debian, _, _) or (_, _, true) => DiskMemoryMebibytes,
            _ => TinyMemoryMebibytes,
        };

    private static string DiskText(ImageName name)
        => name.Base == ImageBase.Tiny
            ? "none"
            : $"{DebianRoot.DiskBytes} {DebianRoot.Epoch} {Hash(EmbeddedFile.Read(DebianRoot.Script))} "
                + string.Join(' ', DebianRoot.PackagesOf(name.Init));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
