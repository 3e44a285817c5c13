using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace TestLab.Networks.Collections;

/// <summary>A map of bounded size that knows which of its entries was used longest ago.</summary>
/// <remarks>
/// Its order is the order of use, never that of a hash table; nothing is allocated once it has grown.
/// </remarks>
internal sealed class RecencyMap<TKey, TValue>(int limit)
    where TKey : notnull
{
    private const int None = -1;

    private readonly Dictionary<TKey, int> _slots = [];
    private readonly List<Entry> _entries = [];
    private int _oldest = None;
    private int _newest = None;
    private int _free = None;

    public int Limit { get; } = limit;

    public int Count => _slots.Count;

    public bool IsFull => Count == Limit;

    /// <summary>Finds the entry without counting it as used.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool isFound = _slots.TryGetValue(key, out int slot);
        value = isFound ? _entries[slot].Value : default;
        return isFound;
    }

    /// <summary>Sets the entry, which is the newest now.</summary>
    /// <returns>False where there is no room for one more.</returns>
    public bool TrySet(TKey key, TValue value)
    {
        if (_slots.TryGetValue(key, out int slot))
        {
            EntryAt(slot).Value = value;
            if (slot == _newest) return true;
            Unlink(slot);
        }
        else
        {
            if (IsFull) return false;
            slot = Take();
            EntryAt(slot).Key = key;
            EntryAt(slot).Value = value;
            _slots.Add(key, slot);
        }

        Append(slot);
        return true;
    }

    /// <summary>The entry that was used longest ago.</summary>
    public bool TryGetOldest([MaybeNullWhen(false)] out TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        (key, value) = _oldest == None ? (default, default) : (_entries[_oldest].Key, _entries[_oldest].Value);
        return _oldest != None;
    }

    public bool Remove(TKey key)
    {
        if (!_slots.Remove(key, out int slot)) return false;
        Unlink(slot);
        _entries[slot] = new Entry { Next = _free };
        _free = slot;
        return true;
    }

    public void Clear()
    {
        _slots.Clear();
        _entries.Clear();
        (_oldest, _newest, _free) = (None, None, None);
    }

    /// <summary>All entries, from the one used longest ago to the newest.</summary>
    public IEnumerable<(TKey Key, TValue Value)> OldestFirst()
    {
        for (int slot = _oldest; slot != None; slot = _entries[slot].Next)
            yield return (_entries[slot].Key, _entries[slot].Value);
    }

    private ref Entry EntryAt(int slot) => ref CollectionsMarshal.AsSpan(_entries)[slot];

    private int Take()
    {
        if (_free == None)
        {
            _entries.Add(default);
            return _entries.Count - 1;
        }

        int slot = _free;
        _free = _entries[slot].Next;
        return slot;
    }

    private void Append(int slot)
    {
        EntryAt(slot).Previous = _newest;
        EntryAt(slot).Next = None;
        if (_newest == None) _oldest = slot;
        else EntryAt(_newest).Next = slot;
        _newest = slot;
    }

    private void Unlink(int slot)
    {
        (int previous, int next) = (_entries[slot].Previous, _entries[slot].Next);
        if (previous == None) _oldest = next;
        else EntryAt(previous).Next = next;
        if (next == None) _newest = previous;
        else EntryAt(next).Previous = previous;
    }

    private struct Entry
    {
        public TKey Key;
        public TValue Value;
        public int Previous;
        public int Next;
    }
}
