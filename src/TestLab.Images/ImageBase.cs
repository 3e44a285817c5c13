namespace TestLab.Images;

/// <summary>What an image holds besides the kernel.</summary>
public enum ImageBase
{
    /// <summary>Static busybox in the initial RAM file system; no disk.</summary>
    Tiny,

    /// <summary>A small Debian with systemd on a disk.</summary>
    Debian,
}
