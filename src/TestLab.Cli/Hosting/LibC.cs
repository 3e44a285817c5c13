using System.Runtime.InteropServices;

namespace TestLab.Cli.Hosting;

/// <summary>The few calls of the C library for which .NET has no counterpart that leaves the descriptors alone.</summary>
internal static partial class LibC
{
    /// <summary>Room for a <c>struct termios</c> of any Linux C library; its fields are not looked at.</summary>
    public const int TermiosSize = 256;

    /// <summary>TCSADRAIN: after what was written has gone out.</summary>
    public const int AfterOutput = 1;

    /// <summary>POLLIN.</summary>
    public const short Readable = 1;

    public const int Interrupted = 4;
    public const int BrokenPipe = 32;

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, ReadOnlySpan<byte> termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count);
}
