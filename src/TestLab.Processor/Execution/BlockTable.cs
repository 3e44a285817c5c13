using System.Runtime.InteropServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Blocks by physical address, mode and window: a table in native memory that is searched without touching a block.</summary>
/// <remarks>Open addressing with linear probing, at most half full; a removal moves those behind it up.</remarks>
public sealed unsafe class BlockTable : IDisposable
{
    private const int FirstBits = 14;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15; // 2^64 by the golden ratio.

    /// <summary>Bits of a <see cref="CpuMode"/>.</summary>
    public const int ModeBits = 8;

    private Entry* _entries;
    private int _bits;
    private int _count;

    public BlockTable() => Allocate(FirstBits);

    ~BlockTable() => NativeMemory.Free(_entries);

    private int Mask => (1 << _bits) - 1;

    /// <summary>Null where there is none.</summary>
    public Block* Find(ulong physicalAddress, CpuMode mode, CodeWindow window)
    {
        ulong key = KeyOf(physicalAddress, mode);
        for (int place = HomeOf(key); _entries[place].Block != null; place = (place + 1) & Mask)
            if (_entries[place].Key == key && _entries[place].Window == window) return _entries[place].Block;
        return null;
    }

    public void Add(Block* block)
    {
        if (2 * ++_count > Mask) Grow();
        Put(new Entry { Key = KeyOf(block->PhysicalAddress, block->Mode), Window = block->Window, Block = block });
    }

    public void Remove(Block* block)
    {
        int place = HomeOf(KeyOf(block->PhysicalAddress, block->Mode));
        while (_entries[place].Block != block)
        {
            if (_entries[place].Block == null) return; // A newer one of the same address has taken its place.
            place = (place + 1) & Mask;
        }

        _count--;
        int next = place;
        while (true)
        {
            next = (next + 1) & Mask;
            if (_entries[next].Block == null) break;
            // It may move up unless that would take it before its home.
            if (((next - HomeOf(_entries[next].Key)) & Mask) < ((next - place) & Mask)) continue;
            _entries[place] = _entries[next];
            place = next;
        }

        _entries[place] = default;
    }

    public void Clear()
    {
        NativeMemory.Free(_entries);
        _count = 0;
        Allocate(FirstBits);
    }

    public void Dispose()
    {
        NativeMemory.Free(_entries);
        _entries = null;
        GC.SuppressFinalize(this);
    }

    private static ulong KeyOf(ulong physicalAddress, CpuMode mode) => physicalAddress << ModeBits | (uint)mode;

    private int HomeOf(ulong key) => (int)(key * Multiplier >> (64 - _bits));

    private void Put(in Entry entry)
    {
        int place = HomeOf(entry.Key);
        while (_entries[place].Block != null && (_entries[place].Key != entry.Key || _entries[place].Window != entry.Window)) place = (place + 1) & Mask;
        _entries[place] = entry;
    }

    private void Allocate(int bits)
    {
        _entries = (Entry*)NativeMemory.AllocZeroed((nuint)1 << bits, (nuint)sizeof(Entry));
        _bits = bits;
    }

    private void Grow()
    {
        Entry* old = _entries;
        int count = Mask + 1;
        Allocate(_bits + 1);
        for (int i = 0; i < count; i++)
            if (old[i].Block != null) Put(old[i]);
        NativeMemory.Free(old);
    }

    private struct Entry
    {
        public ulong Key;
        public CodeWindow Window;
        public Block* Block;
    }
}
