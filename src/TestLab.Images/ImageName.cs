using System.Diagnostics.CodeAnalysis;

namespace TestLab.Images;

/// <summary>
/// The name of an image, <c>base:release[-architecture[-flavour]][-minimal]</c>; only names that can be built exist.
/// </summary>
public sealed record ImageName
{
    public const string Amd64 = "amd64";
    public const string I386 = "i386";

    private ImageName(
        ImageBase @base,
        DebianRelease release,
        string architecture,
        string flavour,
        ImageInit init = ImageInit.Minimal)
    {
        Base = @base;
        Release = release;
        Architecture = architecture;
        Flavour = flavour;
        Init = init;
    }

    public ImageBase Base { get; }

    public DebianRelease Release { get; }

    /// <summary>Debian's word for the architecture: <c>amd64</c> or <c>i386</c>.</summary>
    public string Architecture { get; }

    /// <summary>Debian's word for the build of the kernel: <c>amd64</c>, <c>686-pae</c> or <c>686</c>.</summary>
    public string Flavour { get; }

    /// <summary>What starts the system; a <c>debian</c> without <c>-minimal</c> has systemd.</summary>
    public ImageInit Init { get; }

    /// <summary>All names that can be built, in the order in which a list shows them.</summary>
    public static IReadOnlyList<ImageName> All { get; } =
    [
        .. DebianRelease.All.Select(release => new ImageName(ImageBase.Tiny, release, Amd64, Amd64)),
        .. DebianRelease.All.Where(release => release.HasI386Kernel).SelectMany(release => new ImageName[]
        {
            new(ImageBase.Tiny, release, I386, "686-pae"),
            new(ImageBase.Tiny, release, I386, "686"),
        }),
        .. new[] { ImageInit.Systemd, ImageInit.Minimal }.SelectMany(init => new ImageName[][]
        {
            [.. DebianRelease.All.Select(release => new ImageName(ImageBase.Debian, release, Amd64, Amd64, init))],
            [
                .. DebianRelease.All.Where(release => release.HasI386Kernel)
                    .Select(release => new ImageName(ImageBase.Debian, release, I386, "686-pae", init)),
            ],
        }).SelectMany(names => names),
    ];

    /// <summary>Reads a name; a release left out is the newest, an architecture left out is amd64.</summary>
    /// <exception cref="UnknownImageException">No such image can be built.</exception>
    public static ImageName Parse(string text)
        => TryParse(text, out ImageName? name)
            ? name
            : throw new UnknownImageException(text, $"known are: {string.Join(", ", All)}");

    /// <summary>Reads a name as <see cref="Parse"/> does; false where no such image can be built.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageName? name)
    {
        string full = text.Contains(':', StringComparison.Ordinal) ? text : $"{text}:{DebianRelease.Newest.Word}";
        name = All.FirstOrDefault(known => known.Spellings().Contains(full, StringComparer.Ordinal));
        return name is not null;
    }

    /// <summary>The same system started by something else; a <c>tiny</c> has but one way.</summary>
    public ImageName With(ImageInit init)
        => Base == ImageBase.Tiny || Init == init ? this : new ImageName(Base, Release, Architecture, Flavour, init);

    /// <summary>The shortest spelling with the release in it.</summary>
    public override string ToString() => Spellings()[0];

    private string[] Spellings()
    {
        string stem = $"{(Base == ImageBase.Tiny ? "tiny" : "debian")}:{Release.Word}";
        string[] plain = (Architecture, Flavour) switch
        {
            (Amd64, _) => [stem, $"{stem}-amd64"],
            (_, "686-pae") => [$"{stem}-i386", $"{stem}-i386-686-pae"],
            _ => [$"{stem}-i386-{Flavour}"],
        };
        bool isMinimal = Base == ImageBase.Debian && Init == ImageInit.Minimal;
        return isMinimal ? [.. plain.Select(spelling => $"{spelling}-minimal")] : plain;
    }
}
