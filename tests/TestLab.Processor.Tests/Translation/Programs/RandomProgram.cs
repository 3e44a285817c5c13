using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>A program of random instructions, branches, calls and returns that runs for ever inside its own memory.</summary>
internal sealed class RandomProgram
{
    private const int Pieces = 120;
    private const int Functions = 8;

    private readonly ProgramShape _shape;
    private readonly ProgramLayout _layout;
    private readonly ProgramSegments _segments;
    private readonly Random _random;
    private readonly RandomInstructions _instructions;
    private readonly Assembler _c;
    private readonly IReadOnlyList<ulong> _addresses; // Of the labels, from the pass before.
    private readonly List<Label> _labels = [];
    private readonly List<int> _changing = []; // Labels of bytes of instructions that stores change.

    private RandomProgram(ProgramShape shape, IReadOnlyList<ulong> addresses)
    {
        _addresses = addresses;
        _shape = shape;
        _layout = new ProgramLayout(shape);
        _segments = new ProgramSegments(shape);
        _random = new Random(shape.Seed);
        _instructions = new RandomInstructions(_random, shape.Bits, OverridesOf(shape.Mode));
        _c = new Assembler(shape.Bits);
    }

    public byte[] Code { get; private set; } = [];

    /// <summary>Where the program may go on after a fault.</summary>
    public IReadOnlyList<ulong> Places { get; private set; } = [];

    /// <summary>In two passes: the first one finds the addresses that instructions of the second one hold.</summary>
    public static RandomProgram Create(ProgramShape shape)
    {
        var program = new RandomProgram(shape, new RandomProgram(shape, []).Build());
        program.Build();
        return program;
    }

    /// <returns>The addresses of the labels.</returns>
    private ulong[] Build()
    {
        for (int i = 0; i < Pieces + Functions; i++) AddLabel();
        for (int i = 0; i < Pieces; i++)
        {
            Mark(i);
            EmitPiece(i);
        }

        _c.jmp(_labels[0]);
        for (int i = 0; i < Functions; i++)
        {
            Mark(Pieces + i);
            Add(Push(Frame));
            for (int k = _random.Next(4); k >= 0; k--) Add(_instructions.Next());
            Add(Pop(Frame));
            _c.ret();
        }

        using var stream = new MemoryStream();
        AssemblerResult written = _c.Assemble(new StreamCodeWriter(stream), _layout.Code, BlockEncoderOptions.ReturnNewInstructionOffsets);
        Code = stream.ToArray();
        ulong[] addresses = [.. _labels.Select(label => written.GetLabelRIP(label))];
        Places = addresses[..Pieces];
        return addresses;
    }

    /// <summary>In real-address mode CS would let data be written into the code.</summary>
    private static Register[] OverridesOf(ProgramMode mode) => mode switch
    {
        ProgramMode.Long => [Register.FS, Register.GS],
        ProgramMode.Real => [Register.FS, Register.GS, Register.ES, Register.SS],
        _ => [Register.FS, Register.GS, Register.ES, Register.SS, Register.CS],
    };

    private int AddLabel()
    {
        _labels.Add(_c.CreateLabel());
        return _labels.Count - 1;
    }

    private void Mark(int label)
    {
        Label placed = _labels[label];
        _c.Label(ref placed);
        _labels[label] = placed;
    }

    private ulong AddressOf(int label) => _addresses.Count == 0 ? _layout.Code : _addresses[label];

    private Register Frame => _shape.Bits switch { 64 => Register.RBP, 32 => Register.EBP, _ => Register.BP };

    private Register Accumulator => _shape.Bits switch { 64 => Register.RAX, 32 => Register.EAX, _ => Register.AX };

    private void EmitPiece(int number)
    {
        for (int k = _random.Next(7); k >= 0; k--) Add(_instructions.Next());
        if (_shape.ChangesItself && _random.Next(3) == 0) EmitChange();
        if (_shape.Steps && _random.Next(12) == 0) EmitSteps();
        if (_shape.LoadsSegments && _random.Next(6) == 0) EmitSegment();
        EmitSpecial();
        int target = Math.Clamp(number + _random.Next(-4, 12), 0, Pieces - 1);
        switch (_random.Next(10))
        {
            case 0 when target > number: _c.jmp(_labels[target]); break;
            case 1: _c.call(_labels[Pieces + _random.Next(Functions)]); break;
            case < 9: EmitBranch(_labels[target > number ? target : Math.Min(number + 1, Pieces - 1)], _labels[target]); break;
        }
    }

    /// <summary>What needs registers prepared: strings, divisions, indirect calls; pushes, the floating-point stack, interrupts held back.</summary>
    private void EmitSpecial()
    {
        switch (_random.Next(15))
        {
            case 0: EmitString(); break;
            case 1: EmitDivision(); break;
            case 2: EmitIndirectCall(); break;
            case 3: EmitPushes(); break;
            case 4: EmitFloat(); break;
            case 5 when !_shape.IsUser: EmitShadow(); break;
            case 6: EmitLoop(); break;
        }
    }

    private void EmitString()
    {
        Add(Instruction.Create(LoadAddress, Word(Register.RSI), Memory(Word(Register.RBX), _random.Next(0x1000))));
        Add(Instruction.Create(LoadAddress, Word(Register.RDI), Memory(Word(Register.RBX), _random.Next(0x1000))));
        _c.mov(ecx, _random.Next(40));
        switch (_random.Next(8))
        {
            case 0: _c.rep.movsb(); break;
            case 1: _c.rep.movsd(); break;
            case 2: _c.rep.stosb(); break;
            case 3: _c.rep.stosd(); break;
            case 4: _c.repe.cmpsb(); break;
            case 5: _c.repne.scasb(); break;
            case 6: _c.lodsd(); break;
            default:
                _c.std();
                _c.rep.movsw();
                _c.cld();
                break;
        }
    }

    /// <summary>A block that leads back to itself.</summary>
    private void EmitLoop()
    {
        MemoryOperand counter = Memory(Register.None, (long)_layout.RoundsLeft);
        Add(Instruction.Create(Iced.Intel.Code.Mov_rm32_imm32, counter, _random.Next(1, 40)));
        int start = AddLabel();
        Mark(start);
        for (int k = _random.Next(9); k > 0; k--) Add(_instructions.Next());
        Add(Instruction.Create(Iced.Intel.Code.Dec_rm32, counter));
        if (_random.Next(4) == 0) _c.jg(_labels[start]);
        else _c.jnz(_labels[start]);
    }

    private void EmitDivision()
    {
        bool isSigned = _random.Next(2) == 0;
        if (isSigned) _c.cdq();
        else _c.xor(edx, edx);
        if (_random.Next(8) != 0) _c.or(ecx, 1); // Otherwise it may be zero.
        if (isSigned) _c.idiv(ecx);
        else _c.div(ecx);
    }

    private void EmitIndirectCall()
    {
        ulong function = AddressOf(Pieces + _random.Next(Functions));
        Add(Instruction.Create(LoadAddress, Accumulator, Memory(Register.None, (long)function)));
        if (_random.Next(2) == 0)
        {
            Add(Instruction.Create(_shape.Bits switch { 64 => Iced.Intel.Code.Call_rm64, 32 => Iced.Intel.Code.Call_rm32, _ => Iced.Intel.Code.Call_rm16 }, Accumulator));
            return;
        }

        MemoryOperand pointer = Memory(Word(Register.RBX), 0xF00 + 8 * _random.Next(4));
        Code store = _shape.Bits switch { 64 => Iced.Intel.Code.Mov_rm64_r64, 32 => Iced.Intel.Code.Mov_rm32_r32, _ => Iced.Intel.Code.Mov_rm16_r16 };
        Code call = _shape.Bits switch { 64 => Iced.Intel.Code.Call_rm64, 32 => Iced.Intel.Code.Call_rm32, _ => Iced.Intel.Code.Call_rm16 };
        Add(Instruction.Create(store, pointer, Accumulator));
        Add(Instruction.Create(call, pointer));
    }

    private void EmitPushes()
    {
        Add(Push(_instructions.Word()));
        _c.push(_random.Next(100));
        Add(Pop(_instructions.Word()));
        for (int k = _random.Next(2); k > 0; k--) Add(_instructions.Next());
        Code popMemory = _shape.Bits switch { 64 => Iced.Intel.Code.Pop_rm64, 32 => Iced.Intel.Code.Pop_rm32, _ => Iced.Intel.Code.Pop_rm16 };
        Add(Instruction.Create(popMemory, Memory(Word(Register.RBX), _random.Next(0x1000))));
    }

    private void EmitFloat()
    {
        Add(Instruction.Create(Iced.Intel.Code.Fld_m64fp, Memory(Word(Register.RBX), _random.Next(0x1000))));
        Add(Instruction.Create(Iced.Intel.Code.Fmul_m32fp, Memory(Word(Register.RBX), _random.Next(0x1000))));
        Add(Instruction.Create(Iced.Intel.Code.Fstp_m64fp, Memory(Word(Register.RBX), _random.Next(0x1000))));
    }

    /// <summary>Interrupts are held back for a while, and for one instruction more.</summary>
    private void EmitShadow()
    {
        _c.cli();
        for (int k = _random.Next(3); k >= 0; k--) Add(_instructions.Next());
        _c.sti();
        Add(_instructions.Next());
    }

    /// <summary>An instruction whose immediate or opcode a store changes, here or elsewhere.</summary>
    private void EmitChange()
    {
        int opcode = AddLabel();
        int immediate = AddLabel();
        if (_changing.Count != 0 && _random.Next(2) == 0) EmitStoreTo(_changing[_random.Next(_changing.Count)]);
        int changing = _random.Next(3) == 0 ? opcode : immediate;
        if (_random.Next(3) == 0) EmitStoreTo(changing);
        _changing.Add(changing);
        // ADD AL, imm8; its neighbours by bit 3 and bit 5 are OR, AND and SUB.
        Mark(opcode);
        _c.db(0x04);
        Mark(immediate);
        _c.db((byte)_random.Next(256));
    }

    private void EmitStoreTo(int label)
    {
        Register segment = _shape.Mode == ProgramMode.Real ? Register.CS : Register.None;
        Add(Instruction.Create(
            Iced.Intel.Code.Xor_rm8_imm8,
            new MemoryOperand(Register.None, Register.None, 1, (long)AddressOf(label), _shape.Bits / 8, false, segment),
            _random.Next(2) == 0 ? 0x08 : 0x20));
    }

    /// <summary>Traps behind each of the next instructions.</summary>
    private void EmitSteps()
    {
        _c.mov(__dword_ptr.ss[(int)_layout.StepsLeft], _random.Next(1, 30));
        switch (_shape.Bits)
        {
            case 64:
                _c.pushfq();
                _c.or(__dword_ptr[rsp], 0x100);
                _c.popfq();
                break;
            case 32:
                _c.pushfd();
                _c.or(__dword_ptr[esp], 0x100);
                _c.popfd();
                break;
            default:
                _c.pushf();
                _c.pop(ax);
                _c.or(ah, 1);
                _c.push(ax);
                _c.popf();
                break;
        }
    }

    private void EmitSegment()
    {
        ushort[] various = _segments.Various;
        _c.mov(ax, various[_random.Next(various.Length)]);
        switch (_random.Next(4))
        {
            case 0: _c.mov(es, ax); break;
            case 1: _c.mov(fs, ax); break;
            case 2: _c.mov(gs, ax); break;
            default: _c.mov(ds, ax); break;
        }
    }

    /// <summary>Forward by any condition; backward while a counter in memory has a bit set, so that no loop is endless.</summary>
    private void EmitBranch(Label forward, Label any)
    {
        if (_random.Next(3) != 0)
        {
            EmitJump(forward);
            return;
        }

        MemoryOperand counter = Memory(Register.None, (long)_layout.Counter);
        Add(Instruction.Create(Iced.Intel.Code.Inc_rm32, counter));
        Add(Instruction.Create(Iced.Intel.Code.Test_rm32_imm32, counter, 1 << _random.Next(3)));
        _c.jnz(any);
    }

    private void EmitJump(Label target)
    {
        switch (_random.Next(18))
        {
            case 0: _c.jo(target); break;
            case 1: _c.jno(target); break;
            case 2: _c.jb(target); break;
            case 3: _c.jae(target); break;
            case 4: _c.je(target); break;
            case 5: _c.jne(target); break;
            case 6: _c.jbe(target); break;
            case 7: _c.ja(target); break;
            case 8: _c.js(target); break;
            case 9: _c.jns(target); break;
            case 10: _c.jp(target); break;
            case 11: _c.jnp(target); break;
            case 12: _c.jl(target); break;
            case 13: _c.jge(target); break;
            case 14: _c.jle(target); break;
            case 15: _c.loop(target); break;
            case 16 when _shape.Bits == 64: _c.jrcxz(target); break;
            case 16 when _shape.Bits == 32: _c.jecxz(target); break;
            case 16: _c.jcxz(target); break;
            default: _c.jg(target); break;
        }
    }

    private void Add(Instruction instruction) => _c.AddInstruction(instruction);

    private Code LoadAddress => _shape.Bits switch { 64 => Iced.Intel.Code.Lea_r64_m, 32 => Iced.Intel.Code.Lea_r32_m, _ => Iced.Intel.Code.Lea_r16_m };

    private Instruction Push(Register register) => Instruction.Create(
        _shape.Bits switch { 64 => Iced.Intel.Code.Push_r64, 32 => Iced.Intel.Code.Push_r32, _ => Iced.Intel.Code.Push_r16 }, register);

    private Instruction Pop(Register register) => Instruction.Create(
        _shape.Bits switch { 64 => Iced.Intel.Code.Pop_r64, 32 => Iced.Intel.Code.Pop_r32, _ => Iced.Intel.Code.Pop_r16 }, register);

    /// <summary>The register by its name of 64 bits, as wide as the mode.</summary>
    private Register Word(Register register) => _shape.Bits switch
    {
        64 => register,
        32 => Register.EAX + (register - Register.RAX),
        _ => Register.AX + (register - Register.RAX),
    };

    private MemoryOperand Memory(Register @base, long displacement) => new(@base, displacement, _shape.Bits / 8);
}
