using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>Where things are in a translator's code memory and in the state it works on.</summary>
internal sealed unsafe class CodeLayout : IDisposable
{
    private const int CommonBytes = 1 << 16;
    private const int LargestAccess = 16;
    private const int NarrowBytes = 8;

    private static readonly (long Start, long End)[] s_kept = FindKept();

    private readonly CodeMemory _copy;
    private readonly CommonCode _common;
    private readonly Dictionary<long, Refill> _refills = [];

    /// <summary>Writes the common routines once more: they are the same bytes at the same offsets in every code memory.</summary>
    public CodeLayout()
    {
        _copy = CodeMemory.TryCreate(CommonBytes) ?? throw new InvalidOperationException("The host gives no memory for code.");
        var code = new HostCode();
        code.Begin(_copy.Writable, _copy.Writable + CommonBytes);
        CommonRoutines.WriteEntry(code);
        Exits = Offset(code.Position);
        _common = CommonRoutines.WriteExits(code);
        FirstUnit = Offset(code.Position);
        for (int size = 1; size <= LargestAccess; size *= 2) Note(size, Math.Max(size, NarrowBytes), isRun: false);
        for (int size = NarrowBytes; size <= SlotAllocator.RunBytes; size += NarrowBytes) Note(size, SlotAllocator.RunBytes, isRun: true);

        void Note(int size, int slotBytes, bool isRun)
        {
            foreach (bool write in (bool[])[false, true])
            {
                foreach (bool user in (bool[])[false, true])
                    _refills.Add(Offset(_common.Refill(size, write, user, isRun)), new Refill(size, slotBytes, write, user));
            }
        }
    }

    /// <summary>The routines, all before the first unit.</summary>
    public ReadOnlySpan<byte> Common => new(_copy.Writable, (int)FirstUnit);

    /// <summary>Where the ways out begin; offsets count from the start of the code memory.</summary>
    public long Exits { get; }

    public long FirstUnit { get; }

    public long LoadFlags => Offset(_common.LoadFlags);

    public long Untranslated => Offset(_common.Untranslated);

    /// <summary>A unit may jump there, and does not come back.</summary>
    public bool IsWayOut(long offset) =>
        offset == Offset(_common.LeaveAt) || offset == Offset(_common.LeaveTo) || offset == Untranslated;

    public bool TryFindRefill(long offset, out Refill refill) => _refills.TryGetValue(offset, out refill);

    /// <summary>The field of an access slot that lies at an offset of the state.</summary>
    /// <param name="offset">In <see cref="CpuState"/>.</param>
    /// <param name="field">Of the slot; one of <see cref="StateOffset"/>'s.</param>
    /// <param name="isUser">Whose slots.</param>
    /// <returns>The slot's own offset in the state; -1 where there is none.</returns>
    public static int SlotAt(long offset, int field, bool isUser)
    {
        int first = (isUser ? StateOffset.UserSlots : StateOffset.SupervisorSlots) + StateOffset.FirstSlot;
        long place = offset - field - first;
        bool isSlot = place >= 0 && place % AccessSlot.SizeBytes == 0 && place / AccessSlot.SizeBytes < AccessSlots.Count;
        return isSlot ? (int)(offset - field) : -1;
    }

    /// <summary>The field that code reaches in an entry of the translation buffer, by the entry's place in a register.</summary>
    /// <param name="displacement">Beside that register.</param>
    /// <param name="isUser">Whose buffer.</param>
    /// <returns>The field's offset in the entry; -1 where there is none.</returns>
    public static int FieldOfEntry(long displacement, bool isUser)
    {
        long field = displacement + HostRegister.StateBias - (isUser ? StateMemory.UserTlb : StateMemory.SupervisorTlb);
        bool isField = field == StateOffset.EntryReadTag || field == StateOffset.EntryWriteTag
            || field == StateOffset.EntryHost || field == StateOffset.EntryFrame;
        return isField ? (int)field : -1;
    }

    /// <summary>Whether code reads a field of an entry of the jump cache there, by the entry's place in a register.</summary>
    public static bool IsOfJumpCache(long displacement) =>
        displacement + HostRegister.StateBias - StateMemory.JumpCache is var field
        && (field == StateOffset.CachedRip || field == StateOffset.CachedKey || field == StateOffset.CachedCode);

    /// <summary>Bytes that an access through the slot may have, and its direction, as <see cref="SlotAllocator"/> gives slots out.</summary>
    public static (int Size, bool Write) KindOf(long slot, bool isUser)
    {
        int first = (isUser ? StateOffset.UserSlots : StateOffset.SupervisorSlots) + StateOffset.FirstSlot;
        int number = (int)(slot - first) / AccessSlot.SizeBytes;
        bool isRun = number == SlotAllocator.OfStackRun(write: false) || number == SlotAllocator.OfStackRun(write: true);
        return (isRun ? SlotAllocator.RunBytes : (number & 2) != 0 ? LargestAccess : NarrowBytes, (number & 1) != 0);
    }

    /// <summary>Whether units may write to the bytes of the state: to nothing that says where memory or code is.</summary>
    public static bool IsWritable(long offset, int size)
    {
        foreach ((long start, long end) in s_kept)
            if (offset < end && offset + size > start) return false;
        return offset >= 0 && offset + size <= sizeof(CpuState);
    }

    public void Dispose() => _copy.Dispose();

    /// <summary>What units must not write.</summary>
    private static (long Start, long End)[] FindKept()
    {
        CpuState state;
        CpuState* s = &state;
        return
        [
            Range(&s->Tlb, &s->ExitOperation + 1), Range(&s->LinkSource, &s->Lazy), Range(&s->TranslatedEntry, &s->HostFloat),
            Range(&s->HostMxcsr, s->Xmm), Range(&s->ExitingOperation, &s->SystemFlags), Range(&s->Owner, &s->Mxcsr), Range(&s->Star, s + 1),
        ];

        (long Start, long End) Range(void* start, void* end) => ((byte*)start - (byte*)s, (byte*)end - (byte*)s);
    }

    private long Offset(byte* place) => place - _copy.Writable;
}
