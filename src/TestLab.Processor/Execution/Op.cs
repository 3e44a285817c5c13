using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>One decoded instruction: its handler, and its operands as byte offsets in <see cref="CpuState"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct Op
{
    /// <summary>Carries the instruction out and ends in a jump to the handler of the next one.</summary>
    public delegate*<CpuState*, Op*, void> Handler;

    /// <summary>Immediate operand, sign-extended.</summary>
    public ulong Immediate;

    /// <summary>Displacement of the memory operand, sign-extended.</summary>
    public long Displacement;

    /// <summary>The block that a taken direct branch, or the end of the block, leads to; null until it is linked.</summary>
    public Block* Link;

    /// <summary>The block that a conditional branch leads to when it is not taken; null until it is linked.</summary>
    public Block* OtherLink;

    /// <summary>First operand.</summary>
    public ushort Destination;

    /// <summary>Second operand.</summary>
    public ushort Source;

    /// <summary>Third operand, or whatever the family says.</summary>
    public ushort Third;

    public ushort Base;
    public ushort Index;

    /// <summary>Offset of the segment register of the memory operand (its <see cref="SegmentRegister.Base"/> is first).</summary>
    public ushort Segment;

    /// <summary>The index register is shifted left by this.</summary>
    public byte Scale;

    /// <summary>Bits of an effective address: 16, 32 or 64.</summary>
    public byte AddressBits;

    /// <summary>Number of the operation in its block.</summary>
    public ushort Position;

    /// <summary>Bytes from the block's start to this instruction.</summary>
    public ushort Offset;

    /// <summary>Bytes from the block's start to the next instruction.</summary>
    public ushort NextOffset;

    /// <summary>Its accesses go from page to page: translated code asks the translation buffer each time.</summary>
    public bool IsScattered;

    /// <summary>An indirect jump that last led to a place in its own page, as the loop of a small interpreter does.</summary>
    public bool StaysInPage;

    /// <summary>The block whose operation this is.</summary>
    public readonly Block* Block
    {
        get
        {
            // Operations lie in native memory.
            return (Block*)((Op*)Unsafe.AsPointer(ref Unsafe.AsRef(in this)) - Position) - 1;
        }
    }
}
