using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>How the stack is addressed; handlers are compiled for each.</summary>
internal unsafe interface IStack
{
    /// <summary>Linear address of the stack pointer plus a distance, for an access of so many bytes.</summary>
    static abstract ulong Address(CpuState* s, Op* op, long distance, int size, bool write);

    static abstract void Move(CpuState* s, long distance);
}

/// <summary>RSP in 64-bit code.</summary>
internal readonly unsafe struct Stack64 : IStack
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Address(CpuState* s, Op* op, long distance, int size, bool write) => Registers.StackPointer(s) + (ulong)distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move(CpuState* s, long distance) => Registers.StackPointer(s) += (ulong)distance;
}

/// <summary>ESP in a flat stack segment.</summary>
internal readonly unsafe struct StackFlat32 : IStack
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Address(CpuState* s, Op* op, long distance, int size, bool write) => (uint)(Registers.StackPointer(s) + (ulong)distance);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move(CpuState* s, long distance) =>
        Registers.StackPointer(s) = (uint)(Registers.StackPointer(s) + (ulong)distance);
}

/// <summary>SP or ESP, whichever the stack segment says, with base and limit.</summary>
internal readonly unsafe struct StackSegmented : IStack
{
    public static ulong Address(CpuState* s, Op* op, long distance, int size, bool write)
    {
        ulong pointer = s->Registers[4] + (ulong)distance;
        pointer = (s->Mode & CpuMode.Stack32) != 0 ? (uint)pointer : (ushort)pointer;
        return Segmentation.Linear(s, op, CpuLayout.SegmentOffset(SegmentIndex.Ss), pointer, size, write);
    }

    public static void Move(CpuState* s, long distance)
    {
        ulong pointer = s->Registers[4] + (ulong)distance;
        if ((s->Mode & CpuMode.Stack32) != 0) s->Registers[4] = (uint)pointer;
        else *(ushort*)&s->Registers[4] = (ushort)pointer;
    }
}
