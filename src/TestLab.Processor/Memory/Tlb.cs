using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>A direct-mapped translation look-aside buffer for one privilege.</summary>
/// <remarks>Entries that are filled are listed, so that a flush costs what was used.</remarks>
internal sealed unsafe class Tlb : IDisposable
{
    private const ulong Listed = 1 << 11; // In Frame: the entry's number is in the list.

    private const int LargeShift = 22; // The larger of the two sizes: dropping too much is allowed.
    private const int HugeShift = 30;

    private readonly ushort* _filled;
    private int _filledCount;
    private ulong _largeRegions; // A bit for each region, by hash, that pieces of large pages were entered of.

    private readonly AccessSlots* _slots;

    /// <summary>What the entries take.</summary>
    public const int Bytes = TlbEntry.Count * TlbEntry.SizeBytes;

    /// <param name="entries">Room for them, which outlives the buffer.</param>
    /// <param name="slots">Copies of entries, to be emptied when one changes.</param>
    public Tlb(TlbEntry* entries, AccessSlots* slots)
    {
        _slots = slots;
        Entries = entries;
        _filled = (ushort*)NativeMemory.Alloc(TlbEntry.Count, sizeof(ushort));
        for (int i = 0; i < TlbEntry.Count; i++) Invalidate(Entries + i, i);
    }

    ~Tlb() => Free();

    public TlbEntry* Entries { get; }

    /// <summary>Pieces of pages of 1 GiB may be in it.</summary>
    public bool HasHuge { get; private set; }

    public static int IndexOf(ulong address) => (int)(address >> GuestMemory.PageShift) & (TlbEntry.Count - 1);

    /// <summary>A tag whose index bits differ from those of every address that is looked up in the entry.</summary>
    public static ulong InvalidTag(int index) => index == TlbEntry.Count - 1 ? 0 : ulong.MaxValue;

    public TlbEntry* this[int filled] => Entries + _filled[filled];

    public TlbEntry* EntryFor(ulong address) => Entries + IndexOf(address);

    /// <summary>The entry, if it translates the page of the address.</summary>
    public TlbEntry* Find(ulong address)
    {
        TlbEntry* entry = EntryFor(address);
        return (address ^ entry->ReadTag) < GuestMemory.PageSize ? entry : null;
    }

    public void Fill(ulong address, ulong frame, TlbRights rights, byte* host, bool writable)
    {
        int index = IndexOf(address);
        TlbEntry* entry = Entries + index;
        if ((entry->Frame & (uint)TlbRights.Valid) != 0) _slots->Empty();
        if ((entry->Frame & Listed) == 0) _filled[_filledCount++] = (ushort)index;
        ulong page = address & ~(ulong)(GuestMemory.PageSize - 1);
        entry->ReadTag = page;
        entry->WriteTag = writable ? page : InvalidTag(index);
        entry->Host = (ulong)host;
        entry->Frame = frame | (uint)(rights | TlbRights.Valid) | Listed;
        if ((rights & TlbRights.Large) != 0) _largeRegions |= RegionBit(address);
        if ((rights & TlbRights.Huge) != 0) HasHuge = true;
    }

    public void FlushAll()
    {
        _slots->Empty();
        for (int i = 0; i < _filledCount; i++) Invalidate(Entries + _filled[i], _filled[i]);
        _filledCount = 0;
        _largeRegions = 0;
        HasHuge = false;
    }

    /// <summary>Drops all but global pages (SDM volume 3, section 4.10.4.1).</summary>
    public void FlushLocal()
    {
        _slots->Empty();
        int kept = 0;
        for (int i = 0; i < _filledCount; i++)
        {
            ushort index = _filled[i];
            TlbEntry* entry = Entries + index;
            if ((entry->Frame & (uint)(TlbRights.Global | TlbRights.Valid)) == (uint)(TlbRights.Global | TlbRights.Valid))
                _filled[kept++] = index;
            else
                Invalidate(entry, index);
        }

        _filledCount = kept;
    }

    /// <summary>Drops the page of the address, of whatever size it was when it was entered.</summary>
    public void FlushPage(ulong address)
    {
        _slots->Empty();
        TlbEntry* entry = Find(address);
        if (entry != null) Drop(entry, IndexOf(address));
        if ((_largeRegions & RegionBit(address)) != 0) FlushPieces(address, TlbRights.Large, LargeShift);
        if (HasHuge) FlushPieces(address, TlbRights.Huge, HugeShift);
    }

    /// <summary>No entry may be written through any more; the translations stay.</summary>
    public void DropWriteTags()
    {
        _slots->Empty();
        for (int i = 0; i < _filledCount; i++) Entries[_filled[i]].WriteTag = InvalidTag(_filled[i]);
    }

    /// <summary>An entry may be written through from now on, to a frame at this place.</summary>
    public void AllowWrites(TlbEntry* entry, byte* host)
    {
        _slots->Empty();
        entry->Host = (ulong)host;
        entry->WriteTag = entry->ReadTag;
    }

    /// <summary>Points the entries of a physical page at its frame's new place, for reading only.</summary>
    public void MoveFrame(ulong frame, byte* host)
    {
        for (int i = 0; i < _filledCount; i++)
        {
            TlbEntry* entry = Entries + _filled[i];
            if ((entry->Frame & (uint)TlbRights.Valid) == 0 || (entry->Frame & ~0xFFFUL) != frame) continue;
            _slots->Empty();
            entry->WriteTag = InvalidTag(_filled[i]);
            entry->Host = (ulong)host;
        }
    }

    /// <summary>To be called once.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free() => NativeMemory.Free(_filled);

    private void FlushPieces(ulong address, TlbRights size, int shift)
    {
        for (int i = 0; i < _filledCount; i++)
        {
            TlbEntry* entry = Entries + _filled[i];
            if ((entry->Frame & (uint)size) != 0 && (entry->ReadTag ^ address) >> shift == 0) Drop(entry, _filled[i]);
        }
    }

    private static ulong RegionBit(ulong address) => 1UL << (int)((address >> (LargeShift)) & 63);

    /// <summary>The entry stays in the list of those filled.</summary>
    private static void Drop(TlbEntry* entry, int index)
    {
        Invalidate(entry, index);
        entry->Frame = Listed;
    }

    private static void Invalidate(TlbEntry* entry, int index)
    {
        entry->ReadTag = entry->WriteTag = InvalidTag(index);
        entry->Host = 0;
        entry->Frame = 0;
    }
}
