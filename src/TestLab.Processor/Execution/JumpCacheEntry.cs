using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Where an address of code leads under one mode and one mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct JumpCacheEntry
{
    /// <summary>A kernel and a program together jump to several thousand places again and again.</summary>
    public const int Bits = 14;

    public const int Count = 1 << Bits;

    /// <summary>An instruction pointer times this has, from bit <see cref="Bits"/> on, the sum that is the entry's number.</summary>
    public const int Fold = Count + 1;

    /// <summary>Binary logarithm of an entry's bytes.</summary>
    public const int SizeBits = 5;

    public const int Bytes = Count << SizeBits;

    public ulong Rip;
    public ulong Key;
    public Block* Block;

    /// <summary>Where translated code goes: to the block's own, or to what leaves for the interpreter.</summary>
    public ulong Code;

    /// <summary>The entry that an instruction pointer is looked up in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static JumpCacheEntry* For(CpuState* s, ulong rip) =>
        (JumpCacheEntry*)((byte*)s->JumpCache + (((rip + (rip >> Bits)) & (Count - 1)) << SizeBits));
}
