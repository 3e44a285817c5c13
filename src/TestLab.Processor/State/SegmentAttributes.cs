namespace TestLab.Processor.State;

/// <summary>The attribute bits of a segment descriptor, in the layout that <see cref="SegmentRegister"/> keeps.</summary>
[Flags]
public enum SegmentAttributes : uint
{
    None = 0,
    Accessed = 1 << 0,

    /// <summary>Data: writable. Code: readable.</summary>
    WritableOrReadable = 1 << 1,

    /// <summary>Data: expand-down. Code: conforming.</summary>
    ExpandDownOrConforming = 1 << 2,
    Code = 1 << 3,

    /// <summary>Code or data, not a system descriptor (the S bit).</summary>
    CodeOrData = 1 << 4,
    Present = 1 << 7,
    Available = 1 << 12,
    Long = 1 << 13,

    /// <summary>D/B: 32-bit operands, addresses or stack.</summary>
    Big = 1 << 14,
    Granular = 1 << 15,

    /// <summary>A null selector was loaded; using the segment faults outside 64-bit mode.</summary>
    Unusable = 1 << 16,
}
