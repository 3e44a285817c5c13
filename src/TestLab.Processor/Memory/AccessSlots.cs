using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>The access slots of one translation buffer.</summary>
/// <remarks>
/// An access that finds its page where the last one at its place found it need not compute which entry of the buffer to
/// look at. The buffer empties all slots whenever an entry changes, so that they never know more than it does.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct AccessSlots
{
    public const int Count = 1024;

    /// <summary>Slots filled since they were all empty.</summary>
    public ulong FilledCount;

    /// <summary>Their places, in bytes from the first slot, each once.</summary>
    public fixed uint Filled[Count];

    private fixed byte _slots[Count * AccessSlot.SizeBytes];

    public AccessSlot* First => (AccessSlot*)Unsafe.AsPointer(ref _slots[0]); // They lie in native memory.

    public void Empty()
    {
        byte* first = (byte*)First;
        for (ulong i = 0; i < FilledCount; i++) ((AccessSlot*)(first + Filled[i]))->Limit = 0;
        FilledCount = 0;
    }
}
