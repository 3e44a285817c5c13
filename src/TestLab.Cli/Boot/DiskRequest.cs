namespace TestLab.Cli.Boot;

/// <summary>A raw disk: <c>FILE</c> or <c>FILE,overlay</c> (writes are kept in memory and forgotten), or <c>FILE,ro</c>.</summary>
/// <remarks>The file itself is never written to.</remarks>
internal sealed record DiskRequest(string Path, bool IsReadOnly)
{
    public static bool TryParse(string text, out DiskRequest disk, out string? error)
    {
        int comma = text.LastIndexOf(',');
        string mode = comma < 0 ? "overlay" : text[(comma + 1)..];
        disk = new(comma < 0 ? text : text[..comma], mode == "ro");
        error = (mode, disk.Path.Length) switch
        {
            (_, 0) => $"\"{text}\" names no file; write FILE, FILE,ro or FILE,overlay",
            ("ro" or "overlay", _) => null,
            _ => $"\"{mode}\" is no way to attach a disk; write FILE,ro or FILE,overlay",
        };
        return error is null;
    }
}
