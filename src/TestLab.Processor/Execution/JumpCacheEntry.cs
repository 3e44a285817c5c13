using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TestLab.Processor.Execution;

/// <summary>Where an address of code leads under one mode and one mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct JumpCacheEntry
{
    public const int Count = 4096;

    public ulong Rip;
    public ulong Key;
    public Block* Block;
    public ulong Reserved;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(ulong rip) => (int)((rip ^ (rip >> 12)) & (Count - 1));
}
