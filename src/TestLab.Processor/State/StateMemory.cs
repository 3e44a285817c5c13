using System.Runtime.InteropServices;
using TestLab.Processor.Memory;

namespace TestLab.Processor.State;

/// <summary>The memory of a processor's state: the fields, and behind them the translation buffers.</summary>
/// <remarks>Translated code reaches an entry by one register besides that of the state.</remarks>
internal static unsafe class StateMemory
{
    private const int Alignment = 4096;

    /// <summary>Offset of the buffer for accesses with supervisor rights.</summary>
    public static readonly int SupervisorTlb = (sizeof(CpuState) + Alignment - 1) & -Alignment;

    /// <summary>Offset of the buffer for accesses with user rights.</summary>
    public static readonly int UserTlb = SupervisorTlb + Tlb.Bytes;

    private static readonly int s_bytes = UserTlb + Tlb.Bytes;

    /// <summary>All zero.</summary>
    public static CpuState* Allocate()
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)s_bytes, Alignment);
        NativeMemory.Clear(memory, (nuint)s_bytes);
        return (CpuState*)memory;
    }

    public static TlbEntry* TlbAt(CpuState* state, int offset) => (TlbEntry*)((byte*)state + offset);
}
