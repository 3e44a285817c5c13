using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Memory;

/// <summary>A way to form the linear address of a memory operand; handlers are compiled for each.</summary>
internal unsafe interface IAddress
{
    /// <summary>The linear address, or one that misses every translation buffer after the fault is raised.</summary>
    static abstract ulong Of(CpuState* s, Op* op, int size, bool write);
}

/// <summary>64-bit code without FS or GS: no base, no limit.</summary>
internal readonly unsafe struct Flat64 : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(CpuState* s, Op* op, int size, bool write) =>
        *(ulong*)((byte*)s + op->Base) + (*(ulong*)((byte*)s + op->Index) << op->Scale) + (ulong)op->Displacement;
}

/// <summary>64-bit code relative to FS or GS.</summary>
internal readonly unsafe struct Based64 : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(CpuState* s, Op* op, int size, bool write) =>
        Flat64.Of(s, op, size, write) + *(ulong*)((byte*)s + op->Segment);
}

/// <summary>32-bit code in flat segments.</summary>
internal readonly unsafe struct Flat32 : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(CpuState* s, Op* op, int size, bool write) => (uint)Flat64.Of(s, op, size, write);
}

/// <summary>Everything else: base and limit, 16-bit addresses, 32-bit addresses in 64-bit code.</summary>
internal readonly unsafe struct Segmented : IAddress
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ulong Of(CpuState* s, Op* op, int size, bool write)
    {
        ulong offset = Flat64.Of(s, op, size, write);
        offset = op->AddressBits switch { 16 => (ushort)offset, 32 => (uint)offset, _ => offset };
        return Segmentation.Linear(s, op, op->Segment, offset, size, write);
    }
}
