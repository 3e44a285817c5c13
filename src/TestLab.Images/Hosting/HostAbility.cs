using TestLab.Images.Agent;

namespace TestLab.Images.Hosting;

/// <summary>Whether this host can finish a root file system: run its programs, as root or what looks like it.</summary>
internal static class HostAbility
{
    private const int CodeAddress = 0x40_0000;
    private const int DataAddress = 0x60_0000;
    private const int PageBytes = 4096;

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What a command starts with that is to be root, with user identifiers at its disposal.</summary>
    public static IReadOnlyList<string> AsRoot { get; } =
        Environment.IsPrivilegedProcess ? [] : ["unshare", "--map-auto", "--map-root-user", "--"];

    /// <summary>What a command starts with that mounts, and whose children are to end with it.</summary>
    public static IReadOnlyList<string> Apart { get; } = ["unshare", "--mount", "--pid", "--fork", "--kill-child"];

    /// <summary>Tries it with the smallest program of the architecture.</summary>
    /// <param name="architecture">In Debian's words.</param>
    /// <param name="place">Where the program may be written.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<bool> CanFinishAsync(string architecture, string place, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || HostTools.Find("unshare") is null)
        {
            return false;
        }
        await File.WriteAllBytesAsync(place, ProgramFor(architecture), cancellation).ConfigureAwait(false);
        File.SetUnixFileMode(place, Executable);
        string[] words = [.. AsRoot, .. Apart, place];
        (int exitCode, _, _) = await new HostCommand(words[0], words[1..]).TryRunAsync(cancellation).ConfigureAwait(false);
        return exitCode == 0;
    }

    /// <summary>An executable that leaves with exit code 0.</summary>
    internal static byte[] ProgramFor(string architecture)
        => architecture == ImageName.I386
            // xor ebx, ebx; mov eax, 1; int 80h
            ? ElfFile.Make(32, CodeAddress, [0x31, 0xDB, 0xB8, 1, 0, 0, 0, 0xCD, 0x80], DataAddress, PageBytes)
            // xor edi, edi; mov eax, 60; syscall
            : ElfFile.Make(64, CodeAddress, [0x31, 0xFF, 0xB8, 60, 0, 0, 0, 0x0F, 0x05], DataAddress, PageBytes);
}
