using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>Copies of entries of a translation buffer, one for each place of translated code that was given its number.</summary>
/// <remarks>
/// An access that finds its page where the last one at that place found it need not compute which entry of the buffer to
/// look at. Address A hits slot n where <c>A - Bases[n] &lt; Limits[n]</c>; the limit leaves room for the largest access of
/// the slot, and is 0 while the slot is empty. The buffer empties the slots whenever an entry changes, so that they never
/// know more than it does. Half of the slots are for reads, the other for writes.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct AccessSlots
{
    /// <summary>Slots of one direction.</summary>
    public const int Count = 64;

    /// <summary>Accesses are of this many bytes at most, but for those through the wide slots.</summary>
    public const int NarrowBytes = 8;

    public const int WideBytes = 16;

    /// <summary>The slots from this one on are wide.</summary>
    public const int FirstWide = 52;

    /// <summary>Accesses relative to the stack pointer.</summary>
    public const int Stack = 0;

    public fixed ulong Limits[2 * Count];
    public fixed ulong Bases[2 * Count];

    /// <summary>Host address of the byte at the base.</summary>
    public fixed ulong Hosts[2 * Count];

    public static int LimitOf(int slot) =>
        GuestMemory.PageSize + 1 - (slot % Count < FirstWide ? NarrowBytes : WideBytes);

    public void Empty()
    {
        fixed (ulong* limits = Limits) NativeMemory.Clear(limits, 2 * Count * sizeof(ulong));
    }
}
