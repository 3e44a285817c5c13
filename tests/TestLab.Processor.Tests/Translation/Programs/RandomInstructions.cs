using Iced.Intel;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>Random instructions of the kinds that the translator has emitters for, with operands that suit a random program.</summary>
/// <remarks>Memory operands are relative to BX, EBX or RBX; nothing changes that register and the stack pointer.</remarks>
/// <param name="random">The source of all choices.</param>
/// <param name="bits">Of the code: 16, 32 or 64.</param>
/// <param name="overrides">Segments that memory operands may name.</param>
internal sealed class RandomInstructions(Random random, int bits, Register[] overrides)
{
    private const int PageBytes = 0x1000;

    private readonly Code[] _codes = bits switch { 64 => s_codes64, 32 => s_codes32, _ => s_codes16 };
    private bool _isLegacy; // The instruction has no REX prefix, so AH to BH can be named.

    public Instruction Next()
    {
        Code code = _codes[random.Next(_codes.Length)];
        var instruction = new Instruction { Code = code };
        OpCodeInfo info = code.ToOpCode();
        _isLegacy = bits != 64 || (random.Next(4) == 0 && !code.ToString().Contains("64", StringComparison.Ordinal));
        for (int i = 0; i < info.OpCount; i++) SetOperand(ref instruction, i, info.GetOpKind(i));
        if (instruction.MemoryBase == Register.None) return instruction;
        if (random.Next(3) == 0) instruction.MemoryDisplacement64 = (ulong)(PageBytes + random.Next(16) - 8); // Across the border of two pages.
        if (random.Next(8) == 0) instruction.SegmentPrefix = overrides[random.Next(overrides.Length)];
        return instruction;
    }

    /// <summary>A general register of the mode's width that a program may change.</summary>
    public Register Word() => bits switch
    {
        64 => Register.RAX + General(),
        32 => Register.EAX + General(),
        _ => Register.AX + General(),
    };

    private void SetOperand(ref Instruction instruction, int number, OpCodeOperandKind kind)
    {
        switch (kind)
        {
            case OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode: instruction.SetOpRegister(number, Byte()); break;
            case OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_opcode or OpCodeOperandKind.r16_rm: instruction.SetOpRegister(number, Register.AX + General()); break;
            case OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_rm: instruction.SetOpRegister(number, Register.EAX + General()); break;
            case OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_opcode or OpCodeOperandKind.r64_rm: instruction.SetOpRegister(number, Register.RAX + General()); break;
            case OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm: instruction.SetOpRegister(number, Register.XMM0 + random.Next(_isLegacy ? 8 : 16)); break;
            case OpCodeOperandKind.xmm_or_mem: SetRegisterOrMemory(ref instruction, number, Register.XMM0 + random.Next(_isLegacy ? 8 : 16)); break;
            case OpCodeOperandKind.r8_or_mem: SetRegisterOrMemory(ref instruction, number, Byte()); break;
            case OpCodeOperandKind.r16_or_mem: SetRegisterOrMemory(ref instruction, number, Register.AX + General()); break;
            case OpCodeOperandKind.r32_or_mem: SetRegisterOrMemory(ref instruction, number, Register.EAX + General()); break;
            case OpCodeOperandKind.r64_or_mem: SetRegisterOrMemory(ref instruction, number, Register.RAX + General()); break;
            case OpCodeOperandKind.mem: SetMemory(ref instruction, number); break;
            case OpCodeOperandKind.cl: instruction.SetOpRegister(number, Register.CL); break;
            case OpCodeOperandKind.imm8_const_1: Set(ref instruction, number, OpKind.Immediate8, 1); break;
            case OpCodeOperandKind.imm8: Set(ref instruction, number, OpKind.Immediate8, (byte)random.Next(256)); break;
            case OpCodeOperandKind.imm8sex16: Set(ref instruction, number, OpKind.Immediate8to16, Signed()); break;
            case OpCodeOperandKind.imm8sex32: Set(ref instruction, number, OpKind.Immediate8to32, Signed()); break;
            case OpCodeOperandKind.imm8sex64: Set(ref instruction, number, OpKind.Immediate8to64, Signed()); break;
            case OpCodeOperandKind.imm16: Set(ref instruction, number, OpKind.Immediate16, (ushort)random.Next()); break;
            case OpCodeOperandKind.imm32: Set(ref instruction, number, OpKind.Immediate32, (uint)random.Next() << random.Next(2)); break;
            case OpCodeOperandKind.imm32sex64: Set(ref instruction, number, OpKind.Immediate32to64, (ulong)(long)(int)(random.Next() << random.Next(2))); break;
            case OpCodeOperandKind.imm64: Set(ref instruction, number, OpKind.Immediate64, (ulong)random.NextInt64()); break;
            default: throw new InvalidOperationException($"No operand for {kind}.");
        }
    }

    private ulong Signed() => (ulong)(long)(sbyte)random.Next(256);

    private static void Set(ref Instruction instruction, int number, OpKind kind, ulong value)
    {
        instruction.SetOpKind(number, kind);
        if (kind == OpKind.Immediate64) instruction.Immediate64 = value;
        else instruction.SetImmediate(number, value);
    }

    private void SetRegisterOrMemory(ref Instruction instruction, int number, Register register)
    {
        if (random.Next(2) == 0) instruction.SetOpRegister(number, register);
        else SetMemory(ref instruction, number);
    }

    private void SetMemory(ref Instruction instruction, int number)
    {
        instruction.SetOpKind(number, OpKind.Memory);
        instruction.MemoryBase = bits switch { 64 => Register.RBX, 32 => Register.EBX, _ => Register.BX };
        instruction.MemoryDisplSize = bits / 8;
        instruction.MemoryDisplacement64 = (ulong)(random.Next(0x100) * 16);
        instruction.MemoryIndexScale = 1;
    }

    /// <summary>Not RBX and RSP, which keep the program in its memory.</summary>
    private int General()
    {
        while (true)
        {
            int number = random.Next(_isLegacy || bits != 64 ? 8 : 16);
            if (number is not (3 or 4)) return number;
        }
    }

    private Register Byte()
    {
        int number = General();
        if (_isLegacy) return (random.Next(2) == 0 ? Register.AH : Register.AL) + random.Next(3);
        return number < 4 ? Register.AL + number : Register.SPL + (number - 4);
    }

    private static readonly Code[] s_codes64 = Codes(info => info.Mode64);
    private static readonly Code[] s_codes32 = Codes(info => info.Mode32);
    private static readonly Code[] s_codes16 = Codes(info => info.Mode16);

    private static Code[] Codes(Predicate<OpCodeInfo> hasMode)
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
                    && hasMode(info)
                    && Enumerable.Range(0, info.OpCount).All(i => possible.Contains(info.GetOpKind(i)));
            }),
        ];
    }
}
