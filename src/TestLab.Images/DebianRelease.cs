namespace TestLab.Images;

/// <summary>A release of Debian; equal when the number is.</summary>
public sealed record DebianRelease(int Number, string CodeName, bool HasI386Kernel)
{
    /// <summary>The releases that images can be built of, oldest first.</summary>
    public static IReadOnlyList<DebianRelease> All { get; } =
    [
        new(11, "bullseye", HasI386Kernel: true),
        new(12, "bookworm", HasI386Kernel: true),
        new(13, "trixie", HasI386Kernel: false), // Since 13 i386 is a library architecture without a kernel.
    ];

    public static DebianRelease Newest => All[^1];

    public override string ToString() => $"Debian {Number} ({CodeName})";
}
