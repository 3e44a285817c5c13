using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>The part of a page that its code segment reaches without wrapping around, as offsets in the page.</summary>
/// <remarks>
/// Most pages lie inside their segment as a whole. The first and the last one may not: a branch from there can wrap around
/// or fault, though the place that it names lies in the same page. So code of such pages is known by its window too.
/// </remarks>
/// <param name="First">Offset of the first byte.</param>
/// <param name="Last">Offset of the last byte.</param>
public readonly record struct CodeWindow(ushort First, ushort Last)
{
    public static readonly CodeWindow WholePage = new(0, GuestMemory.PageSize - 1);

    /// <summary>The window around an instruction in a segment; targets of 16-bit branches lie in its first 64 KiB.</summary>
    /// <param name="rip">Offset of the instruction in the code segment, inside its limit.</param>
    /// <param name="offset">Offset of the instruction in its page.</param>
    /// <param name="limit">Offset of the segment's last byte.</param>
    /// <param name="mode">Of the code.</param>
    /// <returns>Null where 16-bit code has run beyond 64 KiB: there is no place that it could branch to.</returns>
    public static CodeWindow? Of(ulong rip, int offset, uint limit, CpuMode mode)
    {
        if ((mode & CpuMode.Flat) != 0) return WholePage;
        bool is16 = (mode & CpuMode.Code32) == 0;
        if (is16 && rip > ushort.MaxValue) return null;
        long start = (long)rip - offset;
        long end = is16 ? Math.Min(limit, ushort.MaxValue) : limit;
        return new CodeWindow((ushort)Math.Max(0, -start), (ushort)Math.Min(GuestMemory.PageSize - 1, end - start));
    }

    public bool Contains(ulong offset) => offset >= First && offset <= Last;
}
