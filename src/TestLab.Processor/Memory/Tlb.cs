using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>A direct-mapped translation look-aside buffer for one privilege.</summary>
/// <remarks>Entries that are filled are listed, so that a flush costs what was used.</remarks>
internal sealed unsafe class Tlb
{
    private const ulong Listed = 1 << 11; // In Frame: the entry's number is in the list.

    private readonly ushort* _filled;
    private int _filledCount;

    public Tlb()
    {
        Entries = (TlbEntry*)NativeMemory.AlignedAlloc(TlbEntry.Count * TlbEntry.SizeBytes, 64);
        _filled = (ushort*)NativeMemory.Alloc(TlbEntry.Count, sizeof(ushort));
        for (int i = 0; i < TlbEntry.Count; i++) Invalidate(Entries + i, i);
    }

    ~Tlb()
    {
        NativeMemory.AlignedFree(Entries);
        NativeMemory.Free(_filled);
    }

    public TlbEntry* Entries { get; }

    public int FilledCount => _filledCount;

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
        if ((entry->Frame & Listed) == 0) _filled[_filledCount++] = (ushort)index;
        ulong page = address & ~(ulong)(GuestMemory.PageSize - 1);
        entry->ReadTag = page;
        entry->WriteTag = writable ? page : InvalidTag(index);
        entry->HostOffset = (ulong)host - page;
        entry->Frame = frame | (uint)(rights | TlbRights.Valid) | Listed;
    }

    public void FlushAll()
    {
        for (int i = 0; i < _filledCount; i++) Invalidate(Entries + _filled[i], _filled[i]);
        _filledCount = 0;
    }

    /// <summary>Drops all but global pages (SDM volume 3, section 4.10.4.1).</summary>
    public void FlushLocal()
    {
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

    public void FlushPage(ulong address)
    {
        TlbEntry* entry = Find(address);
        if (entry == null) return;
        Invalidate(entry, IndexOf(address));
        entry->Frame = Listed;
    }

    /// <summary>No entry may be written through any more; the translations stay.</summary>
    public void DropWriteTags()
    {
        for (int i = 0; i < _filledCount; i++) Entries[_filled[i]].WriteTag = InvalidTag(_filled[i]);
    }

    /// <summary>Points the entries of a physical page at its frame's new place, for reading only.</summary>
    public void MoveFrame(ulong frame, byte* host)
    {
        for (int i = 0; i < _filledCount; i++)
        {
            TlbEntry* entry = Entries + _filled[i];
            if ((entry->Frame & (uint)TlbRights.Valid) == 0 || (entry->Frame & ~0xFFFUL) != frame) continue;
            entry->WriteTag = InvalidTag(_filled[i]);
            entry->HostOffset = (ulong)host - entry->ReadTag;
        }
    }

    private static void Invalidate(TlbEntry* entry, int index)
    {
        entry->ReadTag = entry->WriteTag = InvalidTag(index);
        entry->HostOffset = 0;
        entry->Frame = 0;
    }
}
