namespace TestLab.Machines.Boot;

/// <summary>
/// Where the loader puts what a kernel finds at its start. All is below 640 KiB, in RAM that the kernel may use again
/// once it has read it; the pieces do not overlap.
/// </summary>
public static class BootAddresses
{
    public const ulong DescriptorTable = 0x0500;
    public const ulong TaskState = 0x0600;
    public const ulong StartInfo = 0x1000;
    public const ulong ModuleList = 0x1080;
    public const ulong MemoryMap = 0x1100;
    public const ulong ZeroPage = 0x7000;
    public const ulong StackTop = 0x9000;
    public const ulong PageTables = 0xA000;
    public const ulong CommandLine = 0x20000;

    /// <summary>The first address after all of these.</summary>
    public const ulong End = CommandLine + ushort.MaxValue + 1;

    /// <summary>The lowest address at which a kernel or an initial RAM disk may be.</summary>
    public const ulong HighMemory = MemoryLayout.HoleEnd;
}
