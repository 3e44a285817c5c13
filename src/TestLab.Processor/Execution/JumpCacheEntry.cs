using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Where an address of code leads under one mode and one mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct JumpCacheEntry
{
    public const int Count = 4096;

    public ulong Rip;
    public ulong Key;
    public Block* Block;

    /// <summary>Where translated code goes: to the block's own, or to what leaves for the interpreter.</summary>
    public ulong Code;

    /// <summary>The entry that an instruction pointer is looked up in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static JumpCacheEntry* For(CpuState* s, ulong rip) =>
        (JumpCacheEntry*)((byte*)s->JumpCache + (((rip ^ (rip >> 12)) & (Count - 1)) * (ulong)sizeof(JumpCacheEntry)));
}
