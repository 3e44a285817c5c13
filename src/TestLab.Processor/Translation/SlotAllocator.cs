using Iced.Intel;
using TestLab.Processor.Memory;

namespace TestLab.Processor.Translation;

/// <summary>Gives out access slots: in turn, so that units that run together seldom share one.</summary>
/// <remarks>
/// Slots are of four kinds, by direction and width: one that was filled for reads says nothing about writes, and the limit
/// of a narrow one is too high for wide accesses. Accesses relative to the stack pointer are at the same place in all units,
/// and have the first slot of their kind for themselves. Several words of the stack at once have slots of their own,
/// whose limit is lower.
/// </remarks>
internal sealed class SlotAllocator
{
    /// <summary>How many slots of a kind there can be.</summary>
    public const int Limit = AccessSlots.Count / Kinds - 1;

    /// <summary>No slot.</summary>
    public const int None = -1;

    /// <summary>Bytes that can be reached at once through the slots of <see cref="OfStackRun"/>.</summary>
    public const int RunBytes = 64;

    private const int Kinds = 4;

    private readonly int _count;
    private readonly int[] _next = [1, 1, 1, 1];
    private readonly Dictionary<SlotKey, int> _ofUnit = [];

    /// <param name="count">Slots of a kind, from 2 to <see cref="Limit"/>.</param>
    public SlotAllocator(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Limit);
        _count = count;
    }

    public void BeginUnit() => _ofUnit.Clear();

    public int Of(in SlotKey key)
    {
        if (key.IsInStack) return KindOf(key.Write, key.IsWide);
        if (_ofUnit.TryGetValue(key, out int slot)) return slot;
        ref int next = ref _next[KindOf(key.Write, key.IsWide)];
        slot = Kinds * next + KindOf(key.Write, key.IsWide);
        next = next + 1 < _count ? next + 1 : 1;
        _ofUnit.Add(key, slot);
        return slot;
    }

    public static int OfStack(bool write) => KindOf(write, isWide: false);

    /// <summary>The slot for words of the stack that are checked together.</summary>
    public static int OfStackRun(bool write) => Kinds * Limit + KindOf(write, isWide: false);

    private static int KindOf(bool write, bool isWide) => (write ? 1 : 0) | (isWide ? 2 : 0);
}
