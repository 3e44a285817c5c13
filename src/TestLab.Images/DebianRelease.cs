namespace TestLab.Images;

/// <summary>A release of Debian; equal when the word is.</summary>
/// <param name="Word">How names of images call it: its number, or <c>sid</c>.</param>
/// <param name="CodeName">How the archive calls it.</param>
/// <param name="HasMergedUsr">Whether /bin and its like are links into /usr from the start.</param>
/// <param name="HasI386Kernel">Since 13 i386 is a library architecture without a kernel.</param>
public sealed record DebianRelease(string Word, string CodeName, bool HasMergedUsr, bool HasI386Kernel)
{
    /// <summary>The releases that images can be built of, oldest first.</summary>
    public static IReadOnlyList<DebianRelease> All { get; } =
    [
        new("11", "bullseye", HasMergedUsr: false, HasI386Kernel: true),
        new("12", "bookworm", HasMergedUsr: true, HasI386Kernel: true),
        new("13", "trixie", HasMergedUsr: true, HasI386Kernel: false),
        new("sid", "sid", HasMergedUsr: true, HasI386Kernel: false),
    ];

    /// <summary>The newest stable one.</summary>
    public static DebianRelease Newest { get; } = All.Last(release => !release.IsUnstable);

    /// <summary>Whether it changes every day; the archive has no updates beside it.</summary>
    public bool IsUnstable => Word == CodeName;

    public override string ToString() => IsUnstable ? "Debian unstable" : $"Debian {Word} ({CodeName})";
}
