using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Vector registers and operands in memory, as handlers reach them.</summary>
/// <remarks>
/// No vector is passed to a function that is not inlined: that could take a local's address, and a handler's jump
/// would be a call.
/// </remarks>
internal static unsafe class Vectors128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Read(CpuState* s, int offset) => *(Vector128<byte>*)((byte*)s + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* s, int offset, Vector128<byte> value) =>
        *(Vector128<byte>*)((byte*)s + offset) = value;

    /// <summary>An operand of up to 16 bytes; what it does not fill is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Extend<T>(T* place) where T : unmanaged => sizeof(T) == 16
        ? *(Vector128<byte>*)place
        : Vector128.CreateScalar(Number.ZeroExtend(*place)).AsByte();

    /// <summary>
    /// False, with #GP(0) raised, where an operand that must be aligned is not: that is one of type
    /// <see cref="Vector128{T}"/>; 16 bytes that may lie anywhere are read as <see cref="UInt128"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAligned<T>(CpuState* s, Op* op, ulong address) where T : unmanaged
    {
        if (typeof(T) != typeof(Vector128<byte>) || (address & 15) == 0) return true;
        Faults.Raise(s, op, Vectors.GeneralProtection, 0);
        return false;
    }

    /// <summary>Writes a part of the state to memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Store<T>(CpuState* s, Op* op, ulong address, int offset) where T : unmanaged
    {
        TlbEntry* entry = (TlbEntry*)((byte*)s->Tlb + ((address >> TlbEntry.OffsetShift) & TlbEntry.OffsetMask));
        if ((address ^ entry->WriteTag) > (ulong)(GuestMemory.PageSize - sizeof(T)))
            return StoreSlow(s, op, address, offset, sizeof(T));
        *(T*)entry->At(address) = *(T*)((byte*)s + offset);
        return true;
    }

    /// <summary>PSHUFB: bytes by their indices; an index with its top bit set gives zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Shuffle(Vector128<byte> value, Vector128<byte> indices) => Ssse3.IsSupported
        ? Ssse3.Shuffle(value, indices)
        : Vector128.Shuffle(value, indices & Vector128.Create((byte)0x8F));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool StoreSlow(CpuState* s, Op* op, ulong address, int offset, int size) =>
        Cpu.Of(s).Mmu.WriteSlow(op, address, (byte*)s + offset, size);
}
