using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>
/// The pointers to the last instruction that was not a control instruction, and to its operand (SDM volume 1, 8.1.8).
/// </summary>
/// <remarks>
/// As on processors that deprecate FCS and FDS (CPUID leaf 7, EBX bit 13), the selectors are always zero. In
/// real-address and virtual-8086 mode the pointers are linear addresses, which is what the environment shows there.
/// </remarks>
internal static unsafe class FloatPointers
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Record(CpuState* s, Op* op)
    {
        ulong pointer = s->Rip + op->Offset;
        if ((s->Mode & CpuMode.Paragraphs) != 0) pointer += s->Segments[(int)SegmentIndex.Cs].Base;
        s->FloatInstructionPointer = pointer;
        s->FloatOpcode = op->Third;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RecordMemory(CpuState* s, Op* op)
    {
        Record(s, op);
        ulong pointer = Flat64.Of(s, op, 0, write: false);
        if (op->AddressBits != 64) pointer = op->AddressBits == 32 ? (uint)pointer : (ushort)pointer;
        if ((s->Mode & CpuMode.Paragraphs) != 0) pointer += *(ulong*)((byte*)s + op->Segment);
        s->FloatDataPointer = pointer;
    }

    /// <summary>
    /// FOP: the low three bits of the first opcode byte above the second byte (SDM volume 1, figure 8-9).
    /// </summary>
    /// <remarks>
    /// The decoder does not keep the second byte, so that of a memory operand is made anew: the shortest that says
    /// the same. A displacement that is longer than it need be keeps its length.
    /// </remarks>
    public static ushort OpcodeOf(in Instruction instruction)
    {
        OpCodeInfo info = instruction.Code.ToOpCode();
        if (info.OpCodeLength == 2)
        {
            uint register = info.OpCount == 0 ? 0 : StackIndexOf(instruction);
            return (ushort)(((info.OpCode & 0x7FF) | register) & 0x7FF);
        }

        return (ushort)((info.OpCode & 7) << 8 | (uint)ModOf(instruction) << 6 | (uint)info.GroupIndex << 3
            | (uint)MemoryOf(instruction));
    }

    private static uint StackIndexOf(in Instruction instruction)
    {
        uint index = 0;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register && instruction.GetOpRegister(i).IsST())
                index = Math.Max(index, (uint)(instruction.GetOpRegister(i) - Register.ST0));
        }

        return index;
    }

    private static int ModOf(in Instruction instruction) =>
        instruction.MemoryBase is Register.None or Register.RIP or Register.EIP
            && instruction.MemoryIndex == Register.None
            ? 0
            : instruction.MemoryDisplSize switch { 0 => 0, 1 => 1, _ => instruction.MemoryBase == Register.None ? 0 : 2 };

    private static int MemoryOf(in Instruction instruction)
    {
        (Register place, Register index) = (instruction.MemoryBase, instruction.MemoryIndex);
        return (place, index) switch
        {
            (Register.BX, Register.SI) => 0,
            (Register.BX, Register.DI) => 1,
            (Register.BP, Register.SI) => 2,
            (Register.BP, Register.DI) => 3,
            (Register.SI, Register.None) => 4,
            (Register.DI, Register.None) => 5,
            (Register.BP, Register.None) => 6,
            (Register.BX, Register.None) => 7,
            (Register.None, Register.None) => instruction.MemoryDisplSize switch
            {
                2 => 6,
                4 when instruction.CodeSize != CodeSize.Code64 => 5,
                _ => 4,
            },
            (Register.RIP or Register.EIP, _) => 5,
            (_, not Register.None) or (Register.None, _) => 4,
            _ => place.GetNumber() & 7,
        };
    }
}
