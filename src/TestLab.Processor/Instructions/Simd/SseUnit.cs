using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>The XMM registers (SDM volume 3, section 13.1; volume 2, section 2.5).</summary>
internal readonly unsafe struct SseUnit : IVectorUnit
{
    public static bool BindTrap(Binding b)
    {
        if ((b.Mode & CpuMode.SseTraps) == 0) return false;
        b.Op->Handler = &Trap;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBlocked(CpuState* s, Op* op) => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Use(CpuState* s)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wrote(CpuState* s, int offset)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteExtended(CpuState* s, int offset, ulong value) =>
        Vectors128.Write(s, offset, Vector128.CreateScalar(value).AsByte());

    private static void Trap(CpuState* s, Op* op)
    {
        bool absent = (s->Cr0 & ControlRegisters.Emulation) != 0 || (s->Cr4 & ControlRegisters.FxsaveSupport) == 0;
        Faults.Raise(s, op, absent ? Vectors.InvalidOpcode : Vectors.DeviceNotAvailable, 0);
    }
}
