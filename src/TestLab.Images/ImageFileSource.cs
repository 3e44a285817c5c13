namespace TestLab.Images;

/// <summary>A file of the host that a recipe puts into an image.</summary>
/// <param name="HostPath">Where it is here.</param>
/// <param name="GuestPath">Where it goes: an absolute path.</param>
/// <param name="Mode">Its permissions there; null: executable for all where it is so here, else 0644.</param>
public sealed record ImageFileSource(string HostPath, string GuestPath, int? Mode = null)
{
    private const int Ordinary = 0x1A4; // 0644
    private const int Executable = 0x1ED; // 0755

    /// <summary>The permissions that it gets.</summary>
    public int EffectiveMode => Mode
        ?? (!OperatingSystem.IsWindows() && File.GetUnixFileMode(HostPath).HasFlag(UnixFileMode.UserExecute) ? Executable : Ordinary);
}
