using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>An entry of a descriptor table: a segment, a system segment or a gate (SDM volume 3, sections 3.4.5, 5.8.3, 6.11).</summary>
/// <param name="Low">The first eight bytes.</param>
/// <param name="High">The second eight bytes of system descriptors in long mode.</param>
internal readonly record struct Descriptor(ulong Low, ulong High = 0)
{
    public const ulong AccessedBit = 1UL << 40;

    /// <summary>In the type of a task state segment.</summary>
    public const ulong BusyBit = 1UL << 41;

    public ulong Base => ((Low >> 16) & 0xFF_FFFF) | ((Low >> 32) & 0xFF00_0000) | (High << 32);

    /// <summary>Offset of the last byte, granularity applied.</summary>
    public uint Limit
    {
        get
        {
            uint limit = (uint)((Low & 0xFFFF) | ((Low >> 32) & 0xF_0000));
            return Is(SegmentAttributes.Granular) ? (limit << 12) | 0xFFF : limit;
        }
    }

    public SegmentAttributes Attributes => (SegmentAttributes)((Low >> 40) & 0xF0FF);

    public int PrivilegeLevel => (int)(Low >> 45) & 3;

    public bool IsPresent => Is(SegmentAttributes.Present);

    public bool IsSystem => !Is(SegmentAttributes.CodeOrData);

    /// <summary>Valid for system descriptors.</summary>
    public SystemSegmentType Type => (SystemSegmentType)((Low >> 40) & 15);

    public bool IsCode => Is(SegmentAttributes.CodeOrData | SegmentAttributes.Code);

    public bool IsConforming => IsCode && Is(SegmentAttributes.ExpandDownOrConforming);

    public bool IsData => (Attributes & (SegmentAttributes.CodeOrData | SegmentAttributes.Code)) == SegmentAttributes.CodeOrData;

    public bool IsWritableData => IsData && Is(SegmentAttributes.WritableOrReadable);

    public bool IsReadable => IsData || (IsCode && Is(SegmentAttributes.WritableOrReadable));

    /// <summary>64-bit code.</summary>
    public bool IsLong => Is(SegmentAttributes.Long);

    /// <summary>The code or task segment that a gate leads to.</summary>
    public ushort GateSelector => (ushort)(Low >> 16);

    public ulong GateOffset => (Low & 0xFFFF) | (Type.IsWide() ? (Low >> 32) & 0xFFFF_0000 : 0) | (High << 32);

    /// <summary>Words or double words that a call gate copies to the inner stack.</summary>
    public int GateParameterCount => (int)(Low >> 32) & 31;

    /// <summary>Entry of the interrupt stack table, 0 for none; long mode only.</summary>
    public int GateStackTableIndex => (int)(Low >> 32) & 7;

    public bool Is(SegmentAttributes bits) => (Attributes & bits) == bits;

    public SegmentRegister ToRegister(int selector) =>
        new() { Base = Base, Limit = Limit, Attributes = Attributes, Selector = (ushort)selector };
}
