using TestLab.Images;
using TestLab.Images.Words;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What a machine boots.</summary>
internal static class ImageKeys
{
    private const string DefaultArchiveKernel = "debian:13";

    private static readonly Key<string> Base = new("base", Scalars.ImageBase, "What it is built on: tiny, debian:13, debian:12-i386.");

    private static readonly Key<IReadOnlyList<string>> Packages = new("packages", new ListShape<string>(
        new ScalarShape<string>("a Debian package", "[a-z0-9][a-z0-9+.-]*", (node, _) =>
            node.Text.Length is > 1 and <= 100 && char.IsAsciiLetterOrDigit(node.Text[0])
                && node.Text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '+' or '-' or '.')
                ? node.Text : new WrongText($"{Quote.Of(node.Text)} is no name of a Debian package")), isOneAllowed: true),
        "Debian packages to install.");

    private static readonly Key<IReadOnlyList<FilePlan>> Files = new("files", FileShapes.Files, "Files that are part of the image.");

    private static readonly Key<IReadOnlyList<string>> Run = new("run", new ListShape<string>(Scalars.Command, isOneAllowed: true),
        "Commands that run in the image when it is built.");

    public static Key<InitSystem> Init { get; } = new("init", Scalars.Word("an init system",
        ("minimal", InitSystem.Minimal), ("systemd", InitSystem.Systemd)), "The first process: minimal by default.");

    private static readonly Key<string> Kernel = new("kernel", Scalars.HostFile, "A kernel of yours, from the lab's folder.");
    private static readonly Key<string> Initrd = new("initrd", Scalars.HostFile, "Its initial RAM file system.");
    private static readonly Key<string> Disk = new("disk", Scalars.HostFile, "A raw disk; it is never written to.");
    private static readonly Key<string> Append = new("append", Scalars.Line, "The kernel's command line.");
    private static readonly Key<string> Oci = new("oci", Scalars.HostFile, "An archive of an OCI image, from the lab's folder.");

    private static readonly Key[] All = [Base, Packages, Files, Run, Init, Kernel, Initrd, Disk, Append, Oci];

    /// <summary>An image that a name says all of: one that can be built, or one that was imported.</summary>
    private static readonly Shape<ImagePlan> Named = new ScalarShape<ImagePlan>(
        "an image like tiny or debian:13", $"[a-z]+(:[a-z0-9-]+)?|{ImageLabel.Pattern}", (node, reading) =>
            ImageName.TryParse(node.Text, out ImageName? name) ? Recipe(name.ToString())
                : reading.Images.Find(node.Text) is { } imported ? imported
                : new WrongText(Unknown(node.Text, reading.Images)));

    public static Shape<ImageSyntax> Image { get; } = new EitherShape<ImageSyntax>(
        "an image like debian:13, or a map",
        new ConvertedShape<ImagePlan, ImageSyntax>(Named, (plan, mark, _) => new(mark, plan, null)),
        new RecordShape<ImageSyntax>("image", "an image", All, Build));

    private static string Unknown(string name, OwnImages images)
    {
        string[] known = [.. ImageName.All.Select(each => each.ToString()), .. images.Names];
        string remedy = Quote.Remedy(name, known);
        bool isLabel = ImageLabel.IsValid(name) && Spelling.Nearest(name, known) is null;
        return $"there is no image {Quote.Of(name)}; {(isLabel ? "one of yours has to be imported first: testlab image import; " : "")}{remedy}";
    }

    private static RecipeImage Recipe(string name) => new()
    {
        Base = name,
        Packages = [],
        Files = [],
        Commands = [],
        Init = InitSystem.Minimal,
    };

    private static ImageSyntax Build(Fields fields, Reading reading)
    {
        InitSystem? init = fields.TryGet(Init, out InitSystem given) ? given : null;
        Key[] sources = [.. new Key[] { Kernel, Oci, Base }.Where(fields.Has)];
        if (sources is [] or [_, _, _] || (sources is [_, _] && sources[0] != Oci))
        {
            reading.Add(fields.Mark, "an image has one of the keys base, kernel and oci (base beside oci names the kernel)");
        }
        if (fields.Has(Kernel))
        {
            Refuse("an image with a kernel of yours", Packages, Files, Run, Init);
            return new(fields.Mark, new KernelImage
            {
                Kernel = fields.Get(Kernel, ""),
                Initrd = fields.TryGet(Initrd, out string? initrd) ? initrd : null,
                Disk = fields.TryGet(Disk, out string? disk) ? disk : null,
                Append = fields.Get(Append, "console=ttyS0"),
            }, null);
        }
        Refuse("an image without a kernel of yours", Initrd, Disk, Append);
        if (fields.Has(Oci))
        {
            Refuse("an image out of an archive", Packages, Files, Run);
            return new(fields.Mark, new ArchiveImage
            {
                Archive = fields.Get(Oci, ""),
                Kernel = fields.Get(Base, DefaultArchiveKernel),
                Init = init ?? InitSystem.Minimal,
            }, init);
        }
        return new(fields.Mark, Recipe(fields.Get(Base, "")) with
        {
            Packages = [.. fields.Get(Packages, []).Distinct().Order(StringComparer.Ordinal)],
            Files = fields.Get(Files, []),
            Commands = fields.Get(Run, []),
        }, init);

        void Refuse(string kind, params Key[] keys)
        {
            foreach (Key key in keys.Where(fields.Has))
            {
                reading.Add(fields.MarkOfKey(key), $"{kind} has no key {key.Name}");
            }
        }
    }
}
