using TestLab.Processor.State;

namespace TestLab.Processor.Memory;

/// <summary>Walks the guest's page tables: two, three and four levels (SDM volume 3, chapter 4).</summary>
/// <remarks>Accessed and dirty bits are set only by a walk that succeeds, leaf last.</remarks>
internal sealed unsafe class PageWalker(GuestMemory memory)
{
    /// <summary>Bits of a physical address; those above are reserved in page table entries.</summary>
    public const int PhysicalAddressBits = 40;

    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong User = 4;
    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;
    private const ulong Large = 0x80;
    private const ulong Global = 0x100;
    private const ulong NoExecute = 1UL << 63;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    private const ulong ReservedAddress = AddressMask & ~((1UL << PhysicalAddressBits) - 1);

    /// <summary>The physical address of the translated byte.</summary>
    public ulong Physical { get; private set; }

    public TlbRights Rights { get; private set; }

    /// <returns>0, or the error code of the page fault with bit 31 set.</returns>
    public uint Walk(CpuState* s, ulong address, PageAccess access)
    {
        if ((s->Cr0 & ControlRegisters.Paging) == 0)
        {
            Physical = address;
            Rights = TlbRights.Write | TlbRights.Execute;
            return 0;
        }

        bool wide = (s->Cr4 & ControlRegisters.PhysicalAddressExtension) != 0;
        int level = !wide ? 2 : (s->Efer & ControlRegisters.LongModeActive) != 0 ? 4 : 3;
        return wide ? WalkWide(s, address, access, level) : WalkNarrow(s, address, access);
    }

    private uint WalkWide(CpuState* s, ulong address, PageAccess access, int levels)
    {
        // One slot a level, so that accessed bits are set only after the last check.
        ulong* places = stackalloc ulong[4];
        ulong* entries = stackalloc ulong[4];
        ulong reserved = ReservedAddress | ((s->Efer & ControlRegisters.NoExecuteEnable) != 0 ? 0 : NoExecute);
        ulong table = s->Cr3 & (levels == 4 ? AddressMask : 0xFFFF_FFE0);
        ulong rights = Writable | User;
        ulong noExecute = 0;
        for (int level = levels; ; level--)
        {
            int shift = GuestMemory.PageShift + 9 * (level - 1);
            ulong place = table + ((address >> shift) & (level == 3 && levels == 3 ? 3UL : 511UL)) * 8;
            ulong entry = Load64(place);
            if ((entry & Present) == 0) return Fault(access, present: false);

            places[level - 1] = place;
            entries[level - 1] = entry;
            bool isDirectoryPointer = level == 3 && levels == 3; // Has no rights of its own, and no accessed bit.
            if (isDirectoryPointer)
            {
                if ((entry & (ReservedAddress | NoExecute | 0x1E6)) != 0) return Fault(access, present: true, reservedBit: true);
                table = entry & AddressMask;
                continue;
            }

            rights &= entry;
            noExecute |= entry & NoExecute;
            if ((entry & reserved) != 0) return Fault(access, present: true, reservedBit: true);
            bool large = level > 1 && (entry & Large) != 0;
            if (large && level == 4) return Fault(access, present: true, reservedBit: true);
            if (level > 1 && !large)
            {
                table = entry & AddressMask;
                continue;
            }

            ulong pageMask = (1UL << shift) - 1;
            if (large && (entry & AddressMask & pageMask & ~0x1000UL) != 0)
                return Fault(access, present: true, reservedBit: true);
            if (!IsAllowed(s, access, rights, noExecute)) return Fault(access, present: true);

            ulong wanted = Accessed | (access.IsWrite() ? Dirty : 0);
            for (int above = levels; above >= level; above--)
            {
                if (above == 3 && levels == 3) continue;
                ulong bits = above == level ? wanted : Accessed;
                if ((entries[above - 1] & bits) == bits) continue;
                Store64(places[above - 1], entries[above - 1] | bits);
            }

            Complete(s, ((entry & AddressMask) & ~pageMask) | (address & pageMask), entry, rights, noExecute, access);
            if (large) Rights |= level == 2 ? TlbRights.Large : TlbRights.Huge;
            return 0;
        }
    }

    private uint WalkNarrow(CpuState* s, ulong address, PageAccess access)
    {
        ulong directoryPlace = (s->Cr3 & 0xFFFF_F000) + ((address >> 22) & 1023) * 4;
        uint directory = Load32(directoryPlace);
        if ((directory & Present) == 0) return Fault(access, present: false);

        if ((directory & Large) != 0 && (s->Cr4 & ControlRegisters.PageSizeExtensions) != 0)
        {
            if ((directory & (1 << 21)) != 0) return Fault(access, present: true, reservedBit: true);
            if (!IsAllowed(s, access, directory, 0)) return Fault(access, present: true);
            ulong high = (ulong)(directory >> 13 & 0xFF) << 32; // PSE-36.
            directory = Mark(directoryPlace, directory, Accessed | (access.IsWrite() ? Dirty : 0));
            Complete(s, high | (directory & 0xFFC0_0000) | (address & 0x3F_FFFF), directory, directory, 0, access);
            Rights |= TlbRights.Large;
            return 0;
        }

        ulong place = (directory & 0xFFFF_F000) + ((address >> 12) & 1023) * 4;
        uint entry = Load32(place);
        if ((entry & Present) == 0) return Fault(access, present: false);

        ulong rights = directory & entry;
        if (!IsAllowed(s, access, rights, 0)) return Fault(access, present: true);

        Mark(directoryPlace, directory, Accessed);
        entry = Mark(place, entry, Accessed | (access.IsWrite() ? Dirty : 0));
        Complete(s, (entry & 0xFFFF_F000) | (address & 0xFFF), entry, rights, 0, access);
        return 0;
    }

    private static bool IsAllowed(CpuState* s, PageAccess access, ulong rights, ulong noExecute)
    {
        bool user = access.IsUser();
        if (user && (rights & User) == 0) return false;
        if (access.IsFetch()) return noExecute == 0;
        if (!access.IsWrite()) return true;
        return (rights & Writable) != 0 || (!user && (s->Cr0 & ControlRegisters.WriteProtect) == 0);
    }

    private void Complete(CpuState* s, ulong physical, ulong leaf, ulong rights, ulong noExecute, PageAccess access)
    {
        Physical = physical & ((1UL << PhysicalAddressBits) - 1);
        TlbRights granted = TlbRights.None;
        bool writable = (rights & Writable) != 0 || (!access.IsUser() && (s->Cr0 & ControlRegisters.WriteProtect) == 0);
        if (writable && ((leaf & Dirty) != 0 || access.IsWrite())) granted |= TlbRights.Write;
        if (noExecute == 0) granted |= TlbRights.Execute;
        if ((leaf & Global) != 0 && (s->Cr4 & ControlRegisters.PageGlobalEnable) != 0) granted |= TlbRights.Global;
        Rights = granted;
    }

    private static uint Fault(PageAccess access, bool present, bool reservedBit = false) =>
        0x8000_0000u | (present ? 1u : 0) | (access.IsWrite() ? 2u : 0) | (access.IsUser() ? 4u : 0)
        | (reservedBit ? 8u : 0) | (access.IsFetch() ? 16u : 0);

    private uint Mark(ulong place, uint entry, ulong bits)
    {
        if ((entry & bits) == bits) return entry;
        entry |= (uint)bits;
        memory.TryWriteUInt32(place, entry);
        return entry;
    }

    private void Store64(ulong place, ulong value) => memory.TryWriteUInt64(place, value);

    // Page tables outside RAM read as not present: nothing real puts them there.
    private ulong Load64(ulong place)
    {
        int page = memory.PageOf(place);
        return page < 0 ? 0 : *(ulong*)(memory.Frame(page) + (place & 0xFF8));
    }

    private uint Load32(ulong place)
    {
        int page = memory.PageOf(place);
        return page < 0 ? 0 : *(uint*)(memory.Frame(page) + (place & 0xFFC));
    }
}
