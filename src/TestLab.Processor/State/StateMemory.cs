using System.Runtime.InteropServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;

namespace TestLab.Processor.State;

/// <summary>The memory of a processor's state: the fields, and behind them the translation buffers and the jump cache.</summary>
/// <remarks>Translated code reaches an entry by one register besides that of the state.</remarks>
internal static unsafe class StateMemory
{
    private const int Alignment = 4096;

    /// <summary>Offset of the buffer for accesses with supervisor rights.</summary>
    public static readonly int SupervisorTlb = (sizeof(CpuState) + Alignment - 1) & -Alignment;

    /// <summary>Offset of the buffer for accesses with user rights.</summary>
    public static readonly int UserTlb = SupervisorTlb + Tlb.Bytes;

    /// <summary>Offset of the jump cache.</summary>
    public static readonly int JumpCache = UserTlb + Tlb.Bytes;

    private static readonly int s_bytes = JumpCache + JumpCacheEntry.Bytes;

    /// <summary>All zero, but for the place of the jump cache.</summary>
    public static CpuState* Allocate()
    {
        // Zeroed by the allocator, which hands out untouched pages: most of a jump cache is never used.
        var memory = (byte*)NativeMemory.AllocZeroed((nuint)(s_bytes + Alignment));
        nuint start = ((nuint)memory + Alignment) & ~(nuint)(Alignment - 1);
        var state = (CpuState*)start;
        ((void**)state)[-1] = memory;
        state->JumpCache = (JumpCacheEntry*)((byte*)state + JumpCache);
        return state;
    }

    public static void Free(CpuState* state) => NativeMemory.Free(((void**)state)[-1]);

    public static TlbEntry* TlbAt(CpuState* state, int offset) => (TlbEntry*)((byte*)state + offset);
}
