using System.Runtime.CompilerServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>Reads and writes general registers by their offset in the state.</summary>
internal static unsafe class Registers
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(CpuState* s, ushort offset) where T : unmanaged => *(T*)((byte*)s + offset);

    /// <summary>RSP, without the null check that the compiler puts before a field of an array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref ulong StackPointer(CpuState* s) => ref *(ulong*)((byte*)s + 8 * 4);

    /// <summary>A 32-bit result clears the upper half; 8 and 16 bits leave the rest as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(CpuState* s, ushort offset, T value) where T : unmanaged
    {
        if (sizeof(T) == 4) *(ulong*)((byte*)s + offset) = Number.ZeroExtend(value);
        else *(T*)((byte*)s + offset) = value;
    }
}
