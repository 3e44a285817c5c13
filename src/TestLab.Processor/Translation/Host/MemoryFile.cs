using System.Runtime.InteropServices;

namespace TestLab.Processor.Translation.Host;

/// <summary>The calls of Linux that give memory, and a second view of it.</summary>
internal static unsafe partial class MemoryFile
{
    public const int None = 0;
    public const int Read = 1;
    public const int Write = 2;
    public const int Execute = 4;
    public const int Shared = 1;
    public const int Private = 2;
    public const int Anonymous = 0x20;
    public const uint CloseOnExecute = 1;
    public const int LargePages = 14; // MADV_HUGEPAGE

    public static readonly nint Failed = -1;

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Create(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(int file, nint length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);
}
