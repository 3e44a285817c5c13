using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>One entry of a translation look-aside buffer.</summary>
/// <remarks>
/// The architectural part is <see cref="Frame"/>: the physical page and the rights that the page walk found. The tags
/// say what an engine may do with the host address right away: a write tag is absent also while the page is shared or
/// holds decoded code. An address hits when <c>address XOR tag</c> is at most 4096 minus the size, which checks page
/// and page crossing at once. Tags of invalid entries have index bits that no address looked up here can have.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct TlbEntry
{
    public const int Count = 4096;
    public const int SizeBytes = 32;

    /// <summary>Mask that turns an address, shifted right by 12 - log2(<see cref="SizeBytes"/>), into an entry's offset.</summary>
    public const ulong OffsetMask = (Count - 1) * (ulong)SizeBytes;
    public const int OffsetShift = GuestMemory.PageShift - 5;

    public ulong ReadTag;
    public ulong WriteTag;

    /// <summary>Host address of the page's frame.</summary>
    public ulong Host;

    /// <summary>Physical page address, and <see cref="TlbRights"/> in the low bits.</summary>
    public ulong Frame;

    /// <summary>The host address of a linear address in the page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* At(ulong address) => (byte*)(Host + (address & (GuestMemory.PageSize - 1)));

    /// <summary>Whether the entry shows that physical page, with the right to execute it.</summary>
    /// <param name="page">Physical address of the page.</param>
    public readonly bool Executes(ulong page) =>
        ((Frame ^ page) & ~(ulong)(GuestMemory.PageSize - 1)) == 0 && (Frame & (uint)TlbRights.Execute) != 0;
}
