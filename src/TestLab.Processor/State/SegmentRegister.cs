using System.Runtime.InteropServices;

namespace TestLab.Processor.State;

/// <summary>A segment register with its hidden part, as loaded from the descriptor (SDM volume 3, section 3.4.3).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SegmentRegister
{
    /// <summary>Linear address of the segment's first byte.</summary>
    public ulong Base;

    /// <summary>Offset of the last byte, granularity already applied.</summary>
    public uint Limit;

    /// <summary>Bits 8 to 15 and 20 to 23 of the descriptor's upper half, shifted down by 8: type, S, DPL, P; AVL, L, D/B, G.</summary>
    public SegmentAttributes Attributes;

    public ushort Selector;

    public readonly int DescriptorPrivilegeLevel => (int)Attributes >> 5 & 3;

    public readonly bool Is(SegmentAttributes bits) => (Attributes & bits) == bits;
}
