using Iced.Intel;
using TestLab.Processor.Instructions;
using TestLab.Processor.Instructions.Float;
using TestLab.Processor.Instructions.Simd;

namespace TestLab.Processor.Decoding;

/// <summary>Which family carries out which mnemonic.</summary>
internal sealed class InstructionTable
{
    public static readonly InstructionTable Instance = new();

    private readonly Action<Binding>?[] _families = new Action<Binding>?[Enum.GetValues<Mnemonic>().Length];
    private readonly bool[] _pure = new bool[Enum.GetValues<Mnemonic>().Length];

    private InstructionTable()
    {
        Arithmetic.Register(this);
        Unary.Register(this);
        Shifts.Register(this);
        DoubleShifts.Register(this);
        MultiplyDivide.Register(this);
        Bits.Register(this);
        CompareExchange.Register(this);
        Moves.Register(this);
        Extensions.Register(this);
        Conditionals.Register(this);
        Stack.Register(this);
        Strings.Register(this);
        DecimalAdjust.Register(this);
        FlagMoves.Register(this);
        Flow.Register(this);
        FloatInstructions.Register(this);
        SimdFamilies.Register(this);
        FarTransfers.Register(this);
        DescriptorTables.Register(this);
        ControlInstructions.Register(this);
        ProcessorInformation.Register(this);
        InterruptFlag.Register(this);
        SoftwareInterrupts.Register(this);
        FastCalls.Register(this);
        Ports.Register(this);
    }

    /// <param name="mnemonic">As Iced names it.</param>
    /// <param name="family">Chooses the handler.</param>
    /// <param name="pure">With register operands it cannot fault, nor end its block, nor touch anything but registers and flags.</param>
    public void Bind(Mnemonic mnemonic, Action<Binding> family, bool pure = false)
    {
        _families[(int)mnemonic] = family;
        _pure[(int)mnemonic] = pure;
    }

    public Action<Binding>? Find(Mnemonic mnemonic) => _families[(int)mnemonic];

    public bool IsPure(in Instruction instruction)
    {
        if (!_pure[(int)instruction.Mnemonic]) return false;
        if (instruction.Mnemonic == Mnemonic.Lea) return true; // Names memory, but does not reach it.
        for (int i = 0; i < instruction.OpCount; i++)
        {
            OpKind kind = instruction.GetOpKind(i);
            if (kind == OpKind.Register ? !instruction.GetOpRegister(i).IsGPR() : kind >= OpKind.MemorySegSI) return false;
        }

        return true;
    }
}
