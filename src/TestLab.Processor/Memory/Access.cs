using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Memory;

/// <summary>Guest memory as a handler sees it: a hit in the translation buffer inline, everything else out of line.</summary>
/// <remarks>
/// A failed access returns null or false with the cause in <see cref="CpuState.Exit"/>, and the handler returns at once
/// with nothing of the instruction done. All addresses are linear.
/// </remarks>
public static unsafe class Access
{
    /// <summary>The entry of the translation buffer that an address is looked up in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TlbEntry* EntryFor(CpuState* s, ulong address) =>
        (TlbEntry*)((byte*)s->Tlb + ((address >> TlbEntry.OffsetShift) & TlbEntry.OffsetMask));

    /// <summary>Whether a value lies where the entry says, and may be read there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Reads<T>(TlbEntry* entry, ulong address) where T : unmanaged =>
        (address ^ entry->ReadTag) <= (ulong)(GuestMemory.PageSize - sizeof(T));

    /// <summary>As <see cref="Reads{T}"/>, for writing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Writes<T>(TlbEntry* entry, ulong address) where T : unmanaged =>
        (address ^ entry->WriteTag) <= (ulong)(GuestMemory.PageSize - sizeof(T));

    /// <summary>Where the value can be read now, or null. Valid until the next access.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Read<T>(CpuState* s, Op* op, ulong address) where T : unmanaged
    {
        TlbEntry* entry = EntryFor(s, address);
        return Reads<T>(entry, address) ? (T*)entry->At(address) : (T*)ReadSlow(s, op, address, sizeof(T));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Write<T>(CpuState* s, Op* op, ulong address, T value) where T : unmanaged
    {
        TlbEntry* entry = EntryFor(s, address);
        if (Writes<T>(entry, address))
        {
            *(T*)entry->At(address) = value;
            return true;
        }

        return WriteSlow(s, op, address, value);
    }

    /// <summary>Where the value can be read and then written, or null; after writing call <see cref="Commit{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Modify<T>(CpuState* s, Op* op, ulong address) where T : unmanaged
    {
        TlbEntry* entry = EntryFor(s, address);
        return Writes<T>(entry, address) ? (T*)entry->At(address) : (T*)ModifySlow(s, op, address, sizeof(T));
    }

    /// <summary>Ends what <see cref="Modify{T}"/> began; it cannot fail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Commit<T>(CpuState* s, T* place) where T : unmanaged
    {
        if ((byte*)place == s->Bounce) CommitBounce(s, sizeof(T));
    }

    /// <summary>Checks that a write of so many bytes would be done, and does what it does before: faults, dirty bits.</summary>
    public static bool CanWrite(CpuState* s, Op* op, ulong address, int size) =>
        Cpu.Of(s).Mmu.CanWrite(op, address, size);

    /// <summary>Reads up to 4096 bytes; false, and nothing copied, on a fault.</summary>
    /// <param name="alignment">Bytes by which the address must be aligned, where alignment is checked.</param>
    public static bool ReadBytes(CpuState* s, Op* op, ulong address, byte* destination, int length, int alignment = 1) =>
        Cpu.Of(s).Mmu.ReadBytes(op, address, destination, length, alignment);

    /// <summary>Writes up to 4096 bytes; false, and nothing written, on a fault.</summary>
    /// <param name="alignment">Bytes by which the address must be aligned, where alignment is checked.</param>
    public static bool WriteBytes(CpuState* s, Op* op, ulong address, byte* source, int length, int alignment = 1) =>
        Cpu.Of(s).Mmu.WriteBytes(op, address, source, length, alignment);

    // Out of line and not generic: the fewer bytes of a handler are cold, the sooner it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* ReadSlow(CpuState* s, Op* op, ulong address, int size) => Cpu.Of(s).Mmu.ReadSlow(op, address, size);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* ModifySlow(CpuState* s, Op* op, ulong address, int size) => Cpu.Of(s).Mmu.ModifySlow(op, address, size);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CommitBounce(CpuState* s, int size) => Cpu.Of(s).Mmu.CommitBounce(size);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool WriteSlow<T>(CpuState* s, Op* op, ulong address, T value) where T : unmanaged =>
        Cpu.Of(s).Mmu.WriteSlow(op, address, (byte*)&value, sizeof(T));
}
