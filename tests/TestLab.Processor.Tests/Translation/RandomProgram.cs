using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Translation;

/// <summary>A program of random instructions, branches, calls and returns that runs for ever inside its own memory.</summary>
/// <remarks>RBX points at data; RSP at a stack; the other registers are anything.</remarks>
internal sealed class RandomProgram
{
    public const ulong Code = 0x10000;
    public const ulong Data = 0x20000;
    public const ulong Stack = 0x30000;

    private const int Pieces = 120;

    private readonly Random _random;
    private readonly Assembler _c;
    private readonly bool _is64;
    private readonly Label[] _pieces = new Label[Pieces];
    private readonly Label[] _functions = new Label[8];
    private bool _isLegacy; // The instruction has no REX prefix, so AH to BH can be named.

    private RandomProgram(int seed, bool is64)
    {
        _random = new Random(seed);
        _is64 = is64;
        _c = new Assembler(is64 ? 64 : 32);
    }

    public static byte[] Create(int seed, bool is64) => new RandomProgram(seed, is64).Build();

    private byte[] Build()
    {
        for (int i = 0; i < Pieces; i++) _pieces[i] = _c.CreateLabel();
        for (int i = 0; i < _functions.Length; i++) _functions[i] = _c.CreateLabel();
        for (int i = 0; i < Pieces; i++)
        {
            _c.Label(ref _pieces[i]);
            EmitPiece(i);
        }

        _c.jmp(_pieces[0]);
        for (int i = 0; i < _functions.Length; i++)
        {
            _c.Label(ref _functions[i]);
            if (_is64) _c.push(rbp);
            else _c.push(ebp);
            for (int k = _random.Next(4); k >= 0; k--) EmitInstruction();
            if (_is64) _c.pop(rbp);
            else _c.pop(ebp);
            _c.ret();
        }

        using var stream = new MemoryStream();
        _c.Assemble(new StreamCodeWriter(stream), Code);
        return stream.ToArray();
    }

    private void EmitPiece(int number)
    {
        for (int k = _random.Next(7); k >= 0; k--) EmitInstruction();
        int target = Math.Clamp(number + _random.Next(-4, 12), 0, Pieces - 1);
        switch (_random.Next(10))
        {
            case 0 when target > number: _c.jmp(_pieces[target]); break;
            case 1: _c.call(_functions[_random.Next(_functions.Length)]); break;
            case < 9: EmitBranch(_pieces[target > number ? target : Math.Min(number + 1, Pieces - 1)], _pieces[target]); break;
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

        _c.inc(__dword_ptr[(int)Data + 0x1800]);
        _c.test(__dword_ptr[(int)Data + 0x1800], 1 << _random.Next(3));
        _c.jnz(any);
    }

    private void EmitJump(Label target)
    {
        switch (_random.Next(16))
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
            default: _c.jg(target); break;
        }
    }

    private void EmitInstruction()
    {
        Code[] codes = _is64 ? s_codes64 : s_codes32;
        Code code = codes[_random.Next(codes.Length)];
        var instruction = new Instruction { Code = code };
        OpCodeInfo info = code.ToOpCode();
        _isLegacy = !_is64 || (_random.Next(4) == 0 && !code.ToString().Contains("64", StringComparison.Ordinal));
        for (int i = 0; i < info.OpCount; i++) SetOperand(ref instruction, i, info.GetOpKind(i));
        if (instruction.MemoryBase != Register.None && instruction.MemoryIndex == Register.None && _random.Next(3) == 0)
            instruction.MemoryDisplacement64 = (ulong)_random.Next(0x1000, 0x1010) - 8; // Across the pages' border.
        _c.AddInstruction(instruction);
    }

    private void SetOperand(ref Instruction instruction, int number, OpCodeOperandKind kind)
    {
        switch (kind)
        {
            case OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode: instruction.SetOpRegister(number, Byte()); break;
            case OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_opcode or OpCodeOperandKind.r16_rm: instruction.SetOpRegister(number, Register.AX + General()); break;
            case OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_rm: instruction.SetOpRegister(number, Register.EAX + General()); break;
            case OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_opcode or OpCodeOperandKind.r64_rm: instruction.SetOpRegister(number, Register.RAX + General()); break;
            case OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm: instruction.SetOpRegister(number, Register.XMM0 + _random.Next(_isLegacy ? 8 : 16)); break;
            case OpCodeOperandKind.xmm_or_mem: SetRegisterOrMemory(ref instruction, number, Register.XMM0 + _random.Next(_isLegacy ? 8 : 16)); break;
            case OpCodeOperandKind.r8_or_mem: SetRegisterOrMemory(ref instruction, number, Byte()); break;
            case OpCodeOperandKind.r16_or_mem: SetRegisterOrMemory(ref instruction, number, Register.AX + General()); break;
            case OpCodeOperandKind.r32_or_mem: SetRegisterOrMemory(ref instruction, number, Register.EAX + General()); break;
            case OpCodeOperandKind.r64_or_mem: SetRegisterOrMemory(ref instruction, number, Register.RAX + General()); break;
            case OpCodeOperandKind.mem: SetMemory(ref instruction, number); break;
            case OpCodeOperandKind.cl: instruction.SetOpRegister(number, Register.CL); break;
            case OpCodeOperandKind.imm8_const_1: Set(ref instruction, number, OpKind.Immediate8, 1); break;
            case OpCodeOperandKind.imm8: Set(ref instruction, number, OpKind.Immediate8, (byte)_random.Next(256)); break;
            case OpCodeOperandKind.imm8sex16: Set(ref instruction, number, OpKind.Immediate8to16, Signed()); break;
            case OpCodeOperandKind.imm8sex32: Set(ref instruction, number, OpKind.Immediate8to32, Signed()); break;
            case OpCodeOperandKind.imm8sex64: Set(ref instruction, number, OpKind.Immediate8to64, Signed()); break;
            case OpCodeOperandKind.imm16: Set(ref instruction, number, OpKind.Immediate16, (ushort)_random.Next()); break;
            case OpCodeOperandKind.imm32: Set(ref instruction, number, OpKind.Immediate32, (uint)_random.Next() << _random.Next(2)); break;
            case OpCodeOperandKind.imm32sex64: Set(ref instruction, number, OpKind.Immediate32to64, (ulong)(long)(int)(_random.Next() << _random.Next(2))); break;
            case OpCodeOperandKind.imm64: Set(ref instruction, number, OpKind.Immediate64, (ulong)_random.NextInt64()); break;
            default: throw new InvalidOperationException($"No operand for {kind}.");
        }
    }

    private ulong Signed() => (ulong)(long)(sbyte)_random.Next(256);

    private static void Set(ref Instruction instruction, int number, OpKind kind, ulong value)
    {
        instruction.SetOpKind(number, kind);
        if (kind == OpKind.Immediate64) instruction.Immediate64 = value;
        else instruction.SetImmediate(number, value);
    }

    private void SetRegisterOrMemory(ref Instruction instruction, int number, Register register)
    {
        if (_random.Next(2) == 0) instruction.SetOpRegister(number, register);
        else SetMemory(ref instruction, number);
    }

    private void SetMemory(ref Instruction instruction, int number)
    {
        instruction.SetOpKind(number, OpKind.Memory);
        instruction.MemoryBase = _is64 ? Register.RBX : Register.EBX;
        instruction.MemoryDisplSize = _is64 ? 8 : 4;
        instruction.MemoryDisplacement64 = (ulong)(_random.Next(0x100) * 16);
        instruction.MemoryIndexScale = 1;
    }

    /// <summary>Not RBX and RSP, which keep the program in its memory.</summary>
    private int General()
    {
        while (true)
        {
            int number = _random.Next(_isLegacy ? 8 : 16);
            if (number is not (3 or 4)) return number;
        }
    }

    private Register Byte()
    {
        int number = General();
        if (_isLegacy) return (_random.Next(2) == 0 ? Register.AH : Register.AL) + _random.Next(3);
        return number < 4 ? Register.AL + number : Register.SPL + (number - 4);
    }

    private static readonly Code[] s_codes64 = Codes(is64: true);
    private static readonly Code[] s_codes32 = Codes(is64: false);

    private static Code[] Codes(bool is64)
    {
        HashSet<Mnemonic> wanted =
        [
            Mnemonic.Add, Mnemonic.Or, Mnemonic.Adc, Mnemonic.Sbb, Mnemonic.And, Mnemonic.Sub, Mnemonic.Xor, Mnemonic.Cmp, Mnemonic.Test,
            Mnemonic.Inc, Mnemonic.Dec, Mnemonic.Neg, Mnemonic.Not, Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar, Mnemonic.Rol, Mnemonic.Ror,
            Mnemonic.Rcl, Mnemonic.Rcr, Mnemonic.Shld, Mnemonic.Shrd, Mnemonic.Mov, Mnemonic.Movzx, Mnemonic.Movsx, Mnemonic.Movsxd,
            Mnemonic.Imul, Mnemonic.Mul, Mnemonic.Bt, Mnemonic.Bts, Mnemonic.Btr, Mnemonic.Btc, Mnemonic.Bsf, Mnemonic.Bsr, Mnemonic.Popcnt,
            Mnemonic.Seto, Mnemonic.Setb, Mnemonic.Sete, Mnemonic.Setbe, Mnemonic.Sets, Mnemonic.Setp, Mnemonic.Setl, Mnemonic.Setle,
            Mnemonic.Cmovo, Mnemonic.Cmovae, Mnemonic.Cmovne, Mnemonic.Cmova, Mnemonic.Cmovns, Mnemonic.Cmovnp, Mnemonic.Cmovge, Mnemonic.Cmovg,
            Mnemonic.Lea, Mnemonic.Xchg, Mnemonic.Xadd, Mnemonic.Cmpxchg, Mnemonic.Bswap, Mnemonic.Cbw, Mnemonic.Cwde, Mnemonic.Cdqe,
            Mnemonic.Movaps, Mnemonic.Movups, Mnemonic.Movdqa, Mnemonic.Movdqu, Mnemonic.Movss, Mnemonic.Movd, Mnemonic.Movq, Mnemonic.Movhps,
            Mnemonic.Movlpd, Mnemonic.Addps, Mnemonic.Mulsd, Mnemonic.Divps, Mnemonic.Sqrtpd, Mnemonic.Subss, Mnemonic.Minps, Mnemonic.Maxsd,
            Mnemonic.Cvtsi2sd, Mnemonic.Cvttsd2si, Mnemonic.Cvtps2pd, Mnemonic.Cvtdq2ps, Mnemonic.Ucomisd, Mnemonic.Comiss, Mnemonic.Ptest,
            Mnemonic.Paddd, Mnemonic.Pxor, Mnemonic.Pshufd, Mnemonic.Pshufb, Mnemonic.Pmaddwd, Mnemonic.Psrldq, Mnemonic.Psllq, Mnemonic.Pmovmskb,
            Mnemonic.Pinsrw, Mnemonic.Pextrw, Mnemonic.Pextrd, Mnemonic.Roundps, Mnemonic.Punpcklbw, Mnemonic.Cmpps, Mnemonic.Rcpps,
            Mnemonic.Cwd, Mnemonic.Cdq, Mnemonic.Cqo, Mnemonic.Clc, Mnemonic.Stc, Mnemonic.Cmc, Mnemonic.Lahf, Mnemonic.Sahf, Mnemonic.Nop,
        ];
        HashSet<OpCodeOperandKind> possible =
        [
            OpCodeOperandKind.r8_reg, OpCodeOperandKind.r8_opcode, OpCodeOperandKind.r16_reg, OpCodeOperandKind.r16_opcode, OpCodeOperandKind.r16_rm,
            OpCodeOperandKind.r32_reg, OpCodeOperandKind.r32_opcode, OpCodeOperandKind.r32_rm, OpCodeOperandKind.r64_reg,
            OpCodeOperandKind.r64_opcode, OpCodeOperandKind.r64_rm, OpCodeOperandKind.r8_or_mem, OpCodeOperandKind.r16_or_mem,
            OpCodeOperandKind.r32_or_mem, OpCodeOperandKind.r64_or_mem, OpCodeOperandKind.mem, OpCodeOperandKind.cl,
            OpCodeOperandKind.xmm_reg, OpCodeOperandKind.xmm_or_mem, OpCodeOperandKind.xmm_rm, OpCodeOperandKind.imm8_const_1, OpCodeOperandKind.imm8, OpCodeOperandKind.imm8sex16, OpCodeOperandKind.imm8sex32,
            OpCodeOperandKind.imm8sex64, OpCodeOperandKind.imm16, OpCodeOperandKind.imm32, OpCodeOperandKind.imm32sex64, OpCodeOperandKind.imm64,
        ];
        return
        [
            .. Enum.GetValues<Code>().Where(code =>
            {
                OpCodeInfo info = code.ToOpCode();
                return wanted.Contains(code.Mnemonic()) && info.IsInstruction && info.Encoding == EncodingKind.Legacy
                    && (is64 ? info.Mode64 : info.Mode32)
                    && Enumerable.Range(0, info.OpCount).All(i => possible.Contains(info.GetOpKind(i)))
                    && !(code.Mnemonic() == Mnemonic.Lea && info.OpCount == 2 && code == Iced.Intel.Code.Lea_r16_m);
            }),
        ];
    }
}
