using System.Runtime.CompilerServices;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>The MM registers: the significands of the x87's physical registers (SDM volume 3, chapter 12).</summary>
internal readonly unsafe struct MmxUnit : IVectorUnit
{
    private const ushort ErrorSummary = 1 << 7;

    public static bool BindTrap(Binding b)
    {
        if ((b.Mode & CpuMode.FloatTraps) == 0) return false;
        b.Op->Handler = &Trap;
        return true;
    }

    /// <summary>An x87 exception that waits is taken before an MMX instruction starts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBlocked(CpuState* s, Op* op)
    {
        if ((s->FloatStatus & ErrorSummary) == 0) return false;
        Faults.Raise(s, op, Vectors.FloatError, 0);
        return true;
    }

    /// <summary>TOP is 0 and no register is empty after any instruction but EMMS.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Use(CpuState* s)
    {
        s->FloatTop = 0;
        s->FloatEmpty = 0;
    }

    /// <summary>Sign and exponent become ones, so that the x87 sees a NaN or an infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wrote(CpuState* s, int offset) => *(ushort*)((byte*)s + (offset & ~15) + 8) = 0xFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(CpuState* s, int offset) => *(ulong*)((byte*)s + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* s, int offset, ulong value)
    {
        Use(s);
        *(ulong*)((byte*)s + offset) = value;
        Wrote(s, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteExtended(CpuState* s, int offset, ulong value) => *(ulong*)((byte*)s + offset) = value;

    private static void Trap(CpuState* s, Op* op)
    {
        bool absent = (s->Cr0 & ControlRegisters.Emulation) != 0;
        Faults.Raise(s, op, absent ? Vectors.InvalidOpcode : Vectors.DeviceNotAvailable, 0);
    }
}
