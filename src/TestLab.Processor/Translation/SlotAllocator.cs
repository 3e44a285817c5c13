using Iced.Intel;
using TestLab.Processor.Memory;

namespace TestLab.Processor.Translation;

/// <summary>Gives out access slots: in turn, so that units that run together seldom share one.</summary>
/// <remarks>Accesses relative to the stack pointer are at the same place in all units, and have slots of their own.</remarks>
internal sealed class SlotAllocator
{
    private const int StackRead = 0;
    private const int StackWrite = 1;
    private const int FirstFree = 2;

    private readonly Dictionary<SlotKey, int> _ofUnit = [];
    private int _next = FirstFree;

    public void BeginUnit() => _ofUnit.Clear();

    public int Of(in SlotKey key)
    {
        if (key is { First: Register.RSP or Register.ESP, Second: Register.None, IsWide: false }) return OfStack(key.Write);
        if (_ofUnit.TryGetValue(key, out int slot)) return slot;
        slot = _next;
        _next = slot + 1 < AccessSlots.Count ? slot + 1 : FirstFree;
        _ofUnit.Add(key, slot);
        return slot;
    }

    public static int OfStack(bool write) => write ? StackWrite : StackRead;
}
