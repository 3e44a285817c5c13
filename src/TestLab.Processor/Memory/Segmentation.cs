using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Memory;

/// <summary>Segment bases, limits and types, as accesses meet them (SDM volume 3, sections 5.3 and 5.5).</summary>
internal static unsafe class Segmentation
{
    /// <summary>Not canonical, so that no translation buffer ever holds it: the access that follows a fault fails.</summary>
    public const ulong Poison = 0x0100_0000_0000_0000;

    /// <summary>The linear address of an offset, or <see cref="Poison"/> with the fault raised.</summary>
    public static ulong Linear(CpuState* s, Op* op, ushort segmentOffset, ulong offset, int size, bool write)
    {
        SegmentRegister* segment = (SegmentRegister*)((byte*)s + segmentOffset);
        if ((s->Mode & CpuMode.Code64) != 0)
        {
            return segmentOffset >= CpuLayout.SegmentOffset(SegmentIndex.Fs) ? segment->Base + offset : offset;
        }

        if (!IsAccessible(*segment, offset, size, write))
        {
            bool stack = segmentOffset == CpuLayout.SegmentOffset(SegmentIndex.Ss);
            Faults.Raise(s, op, stack ? Vectors.StackFault : Vectors.GeneralProtection, 0);
            return Poison;
        }

        return (uint)(segment->Base + offset);
    }

    /// <summary>Whether the segment's limit and type allow an access of so many bytes.</summary>
    public static bool IsAccessible(in SegmentRegister segment, ulong offset, int size, bool write) =>
        IsInside(segment, offset, size) && IsAllowed(segment, write);

    /// <summary>Brings <see cref="CpuState.SegmentTops"/> up to date with the segment registers.</summary>
    public static void NoteTops(CpuState* s)
    {
        for (int i = 0; i <= (int)SegmentIndex.Gs; i++)
        {
            s->SegmentTops[2 * i] = TopOf(s->Segments[i], write: false);
            s->SegmentTops[2 * i + 1] = TopOf(s->Segments[i], write: true);
        }
    }

    private static ulong TopOf(in SegmentRegister segment, bool write)
    {
        bool expandsDown = (segment.Attributes & (SegmentAttributes.Code | SegmentAttributes.ExpandDownOrConforming))
            == SegmentAttributes.ExpandDownOrConforming;
        return expandsDown || !IsAllowed(segment, write) ? 0 : (ulong)segment.Limit + 1;
    }

    private static bool IsInside(in SegmentRegister segment, ulong offset, int size)
    {
        ulong last = offset + (ulong)size - 1;
        bool isData = (segment.Attributes & SegmentAttributes.Code) == 0;
        if (isData && segment.Is(SegmentAttributes.ExpandDownOrConforming))
            return offset > segment.Limit && last <= (segment.Is(SegmentAttributes.Big) ? 0xFFFF_FFFFu : 0xFFFFu);

        // In a segment of 4 GiB an operand may wrap around; elsewhere its last byte must lie inside.
        return last <= segment.Limit || segment.Limit == uint.MaxValue;
    }

    private static bool IsAllowed(in SegmentRegister segment, bool write)
    {
        if ((segment.Attributes & (SegmentAttributes.Unusable | SegmentAttributes.Present)) != SegmentAttributes.Present)
            return false;
        bool isCode = segment.Is(SegmentAttributes.Code);
        return write
            ? !isCode && segment.Is(SegmentAttributes.WritableOrReadable)
            : !isCode || segment.Is(SegmentAttributes.WritableOrReadable);
    }
}
