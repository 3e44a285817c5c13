using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Decoding;

/// <summary>One instruction on its way to an operation: a family reads it and chooses the handler.</summary>
/// <remarks>
/// When a family is asked, registers, immediate and memory operand are in the operation already. A family that finds
/// the form not valid leaves the handler unset, and the instruction becomes #UD.
/// </remarks>
internal sealed unsafe class Binding
{
    private Instruction _instruction;

    public ref readonly Instruction Instruction => ref _instruction;

    public Op* Op { get; private set; }

    public CpuMode Mode { get; private set; }

    /// <summary>Some status flag that the instruction writes may be read before it is overwritten.</summary>
    public bool FlagsLive { get; private set; }

    /// <summary>Set by a family whose instruction must be the last of its block.</summary>
    public bool EndsBlock { get; set; }

    public AddressForm Form { get; private set; }

    /// <summary>Address of the block in the code segment, as decoded.</summary>
    public ulong BlockRip { get; private set; }

    public bool Is64 => (Mode & CpuMode.Code64) != 0;

    public bool Is32 => (Mode & CpuMode.Code32) != 0;

    /// <summary>Bytes of the first operand.</summary>
    public int Size => SizeOf(0);

    public void Begin(Op* op, in Instruction instruction, CpuMode mode, ulong blockRip, bool flagsLive)
    {
        _instruction = instruction;
        Op = op;
        (Mode, BlockRip, FlagsLive, EndsBlock) = (mode, blockRip, flagsLive, false);
        op->Immediate = 0;
        op->Destination = RegisterAt(0);
        op->Source = RegisterAt(1);
        op->Third = RegisterAt(2);
        op->Segment = CpuLayout.SegmentOffset(instruction.IsStackInstruction ? SegmentIndex.Ss : SegmentIndex.Ds);
        for (int i = 0; i < instruction.OpCount; i++)
        {
            switch (instruction.GetOpKind(i))
            {
                case OpKind.Memory: BindAddress(); break;
                case >= OpKind.Immediate8 and <= OpKind.Immediate32to64 and not OpKind.Immediate8_2nd:
                    op->Immediate = instruction.GetImmediate(i);
                    break;
                case OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64: BindBranch(); break;
            }
        }
    }

    public bool IsRegister(int operand) => _instruction.GetOpKind(operand) == OpKind.Register;

    public bool IsMemory(int operand) => _instruction.GetOpKind(operand) == OpKind.Memory;

    public int SizeOf(int operand) => _instruction.GetOpKind(operand) switch
    {
        OpKind.Register => _instruction.GetOpRegister(operand).GetSize(),
        OpKind.Memory => _instruction.MemorySize.GetSize(),
        OpKind.Immediate8 or OpKind.Immediate8_2nd => 1,
        OpKind.Immediate16 or OpKind.Immediate8to16 => 2,
        OpKind.Immediate32 or OpKind.Immediate8to32 => 4,
        OpKind.Immediate64 or OpKind.Immediate8to64 or OpKind.Immediate32to64 => 8,
        _ => _instruction.MemorySize.GetSize(),
    };

    private ushort RegisterAt(int operand) =>
        operand < _instruction.OpCount && _instruction.GetOpKind(operand) == OpKind.Register
            ? CpuLayout.OffsetOf(_instruction.GetOpRegister(operand)) : CpuLayout.Zero;

    private void BindAddress()
    {
        Register address = _instruction.MemoryBase != Register.None ? _instruction.MemoryBase : _instruction.MemoryIndex;
        Op->AddressBits = (byte)(address switch
        {
            Register.None => _instruction.MemoryDisplSize switch { 2 => 16, 4 => 32, 8 => 64, _ => Is64 ? 64 : Is32 ? 32 : 16 },
            Register.RIP => 64,
            Register.EIP => 32,
            _ => 8 * address.GetSize(),
        });
        Op->Base = CpuLayout.OffsetOf(_instruction.MemoryBase);
        Op->Index = CpuLayout.OffsetOf(_instruction.MemoryIndex);
        Op->Scale = (byte)System.Numerics.BitOperations.Log2((uint)_instruction.MemoryIndexScale);
        Op->Displacement = (long)_instruction.MemoryDisplacement64;
        if (_instruction.IsIPRelativeMemoryOperand) Op->Displacement -= (long)BlockRip;
        Register segment = EffectiveSegment();
        Op->Segment = CpuLayout.OffsetOf(segment);
        // A flat code segment has no base either, but cannot be written.
        bool based = segment is Register.FS or Register.GS or Register.CS;
        Form = (Is64, Op->AddressBits) switch
        {
            (true, 64) => based ? AddressForm.Based64 : AddressForm.Flat64,
            (false, 32) when !based && Is32 && (Mode & CpuMode.Flat) != 0 => AddressForm.Flat32,
            _ => AddressForm.Segmented,
        };
    }

    /// <summary>In 64-bit code only FS and GS override; which fault a bad address raises depends on the base alone.</summary>
    public Register EffectiveSegment()
    {
        Register segment = _instruction.MemorySegment;
        if (!Is64 || segment is Register.FS or Register.GS) return segment;
        return _instruction.MemoryBase.GetFullRegister() is Register.RSP or Register.RBP ? Register.SS : Register.DS;
    }

    /// <summary>Immediate: from the block's start to the target. Displacement: the mask of the instruction pointer.</summary>
    private void BindBranch()
    {
        Op->Immediate = _instruction.NearBranchTarget - BlockRip;
        Op->Displacement = _instruction.Op0Kind switch
        {
            OpKind.NearBranch16 => ushort.MaxValue,
            OpKind.NearBranch32 => uint.MaxValue,
            _ => -1,
        };
    }
}
