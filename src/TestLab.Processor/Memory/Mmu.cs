using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Memory;

/// <summary>The slow path of every memory access: page walks, page crossings, devices, copy-on-write, decoded code.</summary>
/// <remarks>
/// One translation buffer serves the supervisor, one the user. Device memory is never entered in them, so that each
/// access to a device comes here, and is done only when the instruction runs alone (see <see cref="ExitCause.RunAlone"/>).
/// </remarks>
public sealed unsafe class Mmu : IMemoryObserver, IDisposable
{
    private readonly CpuState* _state;
    private readonly GuestMemory _memory;
    private readonly IProcessorBus _bus;
    private readonly BlockCache _blocks;
    private readonly PageWalker _walker;
    private readonly Tlb _supervisor;
    private readonly Tlb _user;
    private Tlb _current;
    private bool _checksAlignment;
    private ulong _bounceFirst;
    private ulong _bounceSecond;
    private int _bounceFirstLength;

    internal Mmu(CpuState* state, GuestMemory memory, IProcessorBus bus, BlockCache blocks)
    {
        _state = state;
        (_memory, _bus, _blocks) = (memory, bus, blocks);
        _walker = new PageWalker(memory);
        _supervisor = new Tlb(StateMemory.TlbAt(state, StateMemory.SupervisorTlb), &state->SupervisorSlots);
        _user = new Tlb(StateMemory.TlbAt(state, StateMemory.UserTlb), &state->UserSlots);
        _current = _supervisor;
        _state->Tlb = _supervisor.Entries;
        memory.AddObserver(this);
    }

    /// <summary>Frees the translation buffers; to be called once, by the processor.</summary>
    public void Dispose()
    {
        _supervisor.Dispose();
        _user.Dispose();
    }

    public ulong MissCount { get; private set; }

    /// <summary>Follows a change of privilege or of alignment checking.</summary>
    public void SelectPrivilege()
    {
        bool user = _state->CurrentPrivilegeLevel == 3;
        _current = user ? _user : _supervisor;
        _checksAlignment = user && (_state->Cr0 & ControlRegisters.AlignmentMask) != 0
            && (_state->SystemFlags & SystemFlags.AlignmentCheck) != 0;
        _state->Tlb = _current.Entries;
        if (_checksAlignment) _user.FlushAll(); // And stays empty: alignment checks must see every access.
    }

    public void FlushAll()
    {
        _supervisor.FlushAll();
        _user.FlushAll();
        _blocks.ForgetMapping();
    }

    /// <summary>Drops translations that are not global, as a load of CR3 does.</summary>
    public void FlushLocal()
    {
        _supervisor.FlushLocal();
        _user.FlushLocal();
        _blocks.ForgetLocalMapping();
    }

    public void FlushPage(ulong address)
    {
        bool isAlone = !_supervisor.HasHuge && !_user.HasHuge;
        _supervisor.FlushPage(address);
        _user.FlushPage(address);
        if (isAlone) _blocks.ForgetMappingNear(address);
        else _blocks.ForgetMapping();
    }

    /// <summary>The address was translated for the current privilege, and by a global page.</summary>
    internal bool IsGlobal(ulong address)
    {
        TlbEntry* entry = _current.Find(address);
        return entry != null && (entry->Frame & (uint)TlbRights.Global) != 0;
    }

    /// <summary>The physical address of an instruction; on failure the page fault is raised.</summary>
    internal bool TryTranslateFetch(ulong address, out ulong physical)
    {
        PageAccess access = PageAccess.Fetch | (_state->CurrentPrivilegeLevel == 3 ? PageAccess.User : 0);
        return TryTranslate(null, address, access, out physical);
    }

    /// <summary>Reads descriptor tables and task state, with supervisor rights whatever the privilege level is.</summary>
    /// <remarks>On failure the caller names the operation, if there is one, in <see cref="CpuState.ExitingOperation"/>.</remarks>
    public bool TryReadSystem<T>(ulong address, out T value) where T : unmanaged
    {
        T result = default;
        bool done = Copy(null, address, (byte*)&result, sizeof(T), PageAccess.Read);
        value = result;
        return done;
    }

    public bool TryWriteSystem<T>(ulong address, T value) where T : unmanaged =>
        Copy(null, address, (byte*)&value, sizeof(T), PageAccess.Write);

    /// <summary>Writes to a stack that is not the current one yet, with the rights of the level it will have.</summary>
    public bool TryWriteAs<T>(ulong address, T value, bool user) where T : unmanaged =>
        Copy(null, address, (byte*)&value, sizeof(T), PageAccess.Write | (user ? PageAccess.User : 0));

    public bool TryReadAs<T>(ulong address, out T value, bool user) where T : unmanaged
    {
        T result = default;
        bool done = Copy(null, address, (byte*)&result, sizeof(T), user ? PageAccess.User : PageAccess.Read);
        value = result;
        return done;
    }

    internal byte* ReadSlow(Op* op, ulong address, int size)
    {
        if (_state->Exit == ExitCause.Exception || !CheckAlignment(op, address, size)) return null;
        int offset = (int)(address & (GuestMemory.PageSize - 1));
        if (offset + size <= GuestMemory.PageSize)
        {
            if (!TryTranslate(op, address, DataAccess(PageAccess.Read), out ulong physical)) return null;
            int page = _memory.PageOf(physical);
            if (page >= 0) return _memory.Frame(page) + offset;
        }

        return Copy(op, address, _state->Bounce, size, DataAccess(PageAccess.Read)) ? _state->Bounce : null;
    }

    internal bool WriteSlow(Op* op, ulong address, byte* value, int size) =>
        _state->Exit != ExitCause.Exception && CheckAlignment(op, address, size)
        && Copy(op, address, value, size, DataAccess(PageAccess.Write));

    internal byte* ModifySlow(Op* op, ulong address, int size)
    {
        if (_state->Exit == ExitCause.Exception || !CheckAlignment(op, address, size)) return null;
        if (!TryPrepare(op, address, size, DataAccess(PageAccess.Write))) return null;
        ReadPrepared(_state->Bounce, size);
        return _state->Bounce;
    }

    internal void CommitBounce(int size) => WritePrepared(_state->Bounce, size);

    internal bool CanWrite(Op* op, ulong address, int size) =>
        _state->Exit != ExitCause.Exception && TryPrepare(op, address, size, DataAccess(PageAccess.Write));

    internal bool ReadBytes(Op* op, ulong address, byte* destination, int length, int alignment) =>
        _state->Exit != ExitCause.Exception && CheckAlignment(op, address, alignment)
        && Copy(op, address, destination, length, DataAccess(PageAccess.Read));

    internal bool WriteBytes(Op* op, ulong address, byte* source, int length, int alignment) =>
        _state->Exit != ExitCause.Exception && CheckAlignment(op, address, alignment)
        && Copy(op, address, source, length, DataAccess(PageAccess.Write));

    /// <summary>The host address of bytes of one page for a run of a string instruction; null where it must go piecewise.</summary>
    internal byte* RunForRead(ulong address)
    {
        TlbEntry* entry = _current.Find(address);
        return entry == null ? null : entry->At(address);
    }

    internal byte* RunForWrite(ulong address)
    {
        TlbEntry* entry = _current.EntryFor(address);
        return (address ^ entry->WriteTag) < GuestMemory.PageSize ? entry->At(address) : null;
    }

    void IMemoryObserver.PageMoved(int page)
    {
        ulong frame = _memory.AddressOf(page);
        byte* host = _memory.MapForRead(page);
        _supervisor.MoveFrame(frame, host);
        _user.MoveFrame(frame, host);
    }

    void IMemoryObserver.AllPagesShared()
    {
        _supervisor.DropWriteTags();
        _user.DropWriteTags();
    }

    void IMemoryObserver.CodeChanging(int page, int offset, int length) => _blocks.Invalidate(page, offset, length);

    private PageAccess DataAccess(PageAccess access) =>
        _state->CurrentPrivilegeLevel == 3 ? access | PageAccess.User : access;

    /// <summary>Comes after the check that an address is canonical and before the page walk, as hosts do it.</summary>
    private bool CheckAlignment(Op* op, ulong address, int size)
    {
        if (!_checksAlignment || (address & ((ulong)Math.Min(size, 8) - 1)) == 0) return true;
        if (!Canonical.Is(address) || !Canonical.Is(address + (ulong)size - 1)) return true;
        Faults.Raise(_state, op, Vectors.AlignmentCheck, 0);
        return false;
    }

    /// <summary>Copies between a buffer and guest memory, all or nothing, whatever lies at the address.</summary>
    private bool Copy(Op* op, ulong address, byte* buffer, int size, PageAccess access)
    {
        if (!TryPrepare(op, address, size, access)) return false;
        if (access.IsWrite()) WritePrepared(buffer, size);
        else ReadPrepared(buffer, size);
        return true;
    }

    private bool TryPrepare(Op* op, ulong address, int size, PageAccess access)
    {
        int offset = (int)(address & (GuestMemory.PageSize - 1));
        _bounceFirstLength = Math.Min(size, GuestMemory.PageSize - offset);
        if (_bounceFirstLength < size && !Canonical.Is(address + (ulong)size - 1))
        {
            // The whole operand is checked before its first byte is looked for.
            RaiseNotCanonical(op);
            return false;
        }

        if (!TryTranslate(op, address, access, out _bounceFirst)) return false;
        if (!IsAllowedHere(op, _bounceFirst, _bounceFirstLength, access)) return false;
        if (_bounceFirstLength == size) return true;

        ulong next = address + (ulong)_bounceFirstLength;
        if ((_state->Efer & ControlRegisters.LongModeActive) == 0) next = (uint)next;
        return TryTranslate(op, next, access, out _bounceSecond)
            && IsAllowedHere(op, _bounceSecond, size - _bounceFirstLength, access);
    }

    /// <summary>Devices and decoded code are touched only by an instruction that runs alone.</summary>
    private bool IsAllowedHere(Op* op, ulong physical, int length, PageAccess access)
    {
        if (_state->IsSingleInstruction) return true;
        int page = _memory.PageOf(physical);
        if (page >= 0)
        {
            if (!access.IsWrite() || (_memory.FlagsOf(page) & PageFlags.Code) == 0) return true;
            if (!_blocks.Overlaps(page, (int)(physical & (GuestMemory.PageSize - 1)), length)) return true;
        }

        _state->Exit = ExitCause.RunAlone;
        _state->ExitingOperation = op;
        return false;
    }

    private void ReadPrepared(byte* buffer, int size)
    {
        ReadPiece(_bounceFirst, buffer, _bounceFirstLength);
        if (_bounceFirstLength < size) ReadPiece(_bounceSecond, buffer + _bounceFirstLength, size - _bounceFirstLength);
    }

    private void WritePrepared(byte* buffer, int size)
    {
        WritePiece(_bounceFirst, buffer, _bounceFirstLength);
        if (_bounceFirstLength < size) WritePiece(_bounceSecond, buffer + _bounceFirstLength, size - _bounceFirstLength);
    }

    private void ReadPiece(ulong physical, byte* buffer, int length)
    {
        if (_memory.TryRead(physical, new Span<byte>(buffer, length))) return;
        while (length > 0)
        {
            int size = PieceSize(physical, length);
            ulong value = _bus.ReadDevice(physical, size);
            Unsafe.CopyBlockUnaligned(buffer, &value, (uint)size);
            physical += (uint)size;
            buffer += size;
            length -= size;
        }
    }

    private void WritePiece(ulong physical, byte* buffer, int length)
    {
        if (_memory.TryWrite(physical, new ReadOnlySpan<byte>(buffer, length))) return;
        while (length > 0)
        {
            int size = PieceSize(physical, length);
            ulong value = 0;
            Unsafe.CopyBlockUnaligned(&value, buffer, (uint)size);
            _bus.WriteDevice(physical, value, size);
            physical += (uint)size;
            buffer += size;
            length -= size;
        }
    }

    /// <summary>The largest naturally aligned piece, as a bus splits an access.</summary>
    private static int PieceSize(ulong physical, int length)
    {
        int size = 8;
        while (size > length || (physical & ((ulong)size - 1)) != 0) size /= 2;
        return size;
    }

    private bool TryTranslate(Op* op, ulong address, PageAccess access, out ulong physical)
    {
        Tlb tlb = access.IsUser() ? _user : _supervisor;
        TlbRights wanted = access.IsWrite() ? TlbRights.Write : access.IsFetch() ? TlbRights.Execute : TlbRights.Valid;
        TlbEntry* entry = tlb.Find(address);
        if (entry != null && (entry->Frame & (uint)wanted) != 0)
        {
            physical = (entry->Frame & ~0xFFFUL & ((1UL << 52) - 1)) | (address & 0xFFF);
            if (access.IsWrite()) AllowWrites(tlb, entry);
            return true;
        }

        physical = 0;
        if (!Canonical.Is(address))
        {
            RaiseNotCanonical(op);
            return false;
        }

        MissCount++;
        uint error = _walker.Walk(_state, address, access);
        if (error != 0)
        {
            if ((_state->Cr4 & ControlRegisters.PhysicalAddressExtension) == 0
                || (_state->Efer & ControlRegisters.NoExecuteEnable) == 0) error &= ~16u;
            _state->Cr2 = address;
            Faults.Raise(_state, op, Vectors.PageFault, error & 0x7FFF_FFFF);
            return false;
        }

        physical = _walker.Physical;
        Enter(tlb, address, physical, access);
        return true;
    }

    private void RaiseNotCanonical(Op* op)
    {
        bool stack = op != null && op->Segment == CpuLayout.SegmentOffset(SegmentIndex.Ss);
        Faults.Raise(_state, op, stack ? Vectors.StackFault : Vectors.GeneralProtection, 0);
    }

    private void Enter(Tlb tlb, ulong address, ulong physical, PageAccess access)
    {
        int page = _memory.PageOf(physical);
        if (page < 0 || (_checksAlignment && tlb == _user)) return;
        bool writable = (_walker.Rights & TlbRights.Write) != 0
            && (access.IsWrite() ? (_memory.FlagsOf(page) & PageFlags.Code) == 0 : IsWritableInPlace(page));
        byte* host = writable ? _memory.MapForWrite(page) : _memory.MapForRead(page);
        if (writable) _memory.MapForRead(page);
        tlb.Fill(address, physical & ~0xFFFUL, _walker.Rights, host, writable);
    }

    /// <summary>The first write through an entry that the page walk allowed: the copy-on-write, and then the tag.</summary>
    private void AllowWrites(Tlb tlb, TlbEntry* entry)
    {
        int page = _memory.PageOf(entry->Frame & ~0xFFFUL);
        byte* host = _memory.MapForWrite(page);
        if (host == null) return;
        tlb.AllowWrites(entry, host);
    }

    private bool IsWritableInPlace(int page) =>
        (_memory.FlagsOf(page) & (PageFlags.Private | PageFlags.Dirty | PageFlags.Code)) == (PageFlags.Private | PageFlags.Dirty);
}
