using Iced.Intel;
using TestLab.Processor.Translation.Emitters;

namespace TestLab.Processor.Translation;

/// <summary>Which emitter writes which mnemonic.</summary>
internal sealed class EmitterTable
{
    public static readonly EmitterTable Instance = new();

    private readonly InstructionEmitter?[] _emitters = new InstructionEmitter?[Enum.GetValues<Mnemonic>().Length];
    private readonly bool[] _replacesFlags = new bool[Enum.GetValues<Mnemonic>().Length];
    private readonly bool[] _alwaysExits = new bool[Enum.GetValues<Mnemonic>().Length];

    private EmitterTable()
    {
        Arithmetic.Register(this);
        Unary.Register(this);
        Shifts.Register(this);
        Products.Register(this);
        Bits.Register(this);
        Exchanges.Register(this);
        Moves.Register(this);
        Conditionals.Register(this);
        StackMoves.Register(this);
        FlagMoves.Register(this);
        Branches.Register(this);
        VectorInstructions.Register(this);
        StringComparisons.Register(this);
    }

    public void Bind(Mnemonic mnemonic, InstructionEmitter emitter, FlagEffect flags = FlagEffect.Keeps, bool exits = false)
    {
        _emitters[(int)mnemonic] = emitter;
        _replacesFlags[(int)mnemonic] = flags == FlagEffect.Replaces;
        _alwaysExits[(int)mnemonic] = exits;
    }

    public InstructionEmitter? Find(Mnemonic mnemonic) => _emitters[(int)mnemonic];

    /// <summary>The flags before the instruction are gone after it.</summary>
    public bool ReplacesFlags(in Instruction instruction) => _replacesFlags[(int)instruction.Mnemonic] || Shifts.ReplacesFlags(instruction);

    /// <summary>The instruction may leave translated code before it has done anything.</summary>
    public bool MayExit(in Instruction instruction)
    {
        if (_emitters[(int)instruction.Mnemonic] is null || _alwaysExits[(int)instruction.Mnemonic]) return true;
        if (instruction.Mnemonic is Mnemonic.Lea or Mnemonic.Nop or Mnemonic.Reservednop) return false;
        for (int i = 0; i < instruction.OpCount; i++)
            if (instruction.GetOpKind(i) is OpKind.Memory or (>= OpKind.MemorySegSI and <= OpKind.MemoryESRDI)) return true;
        return false;
    }
}
