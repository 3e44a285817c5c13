using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// What the manuals leave open. Flags an instruction leaves undefined follow our own written rule in the engines and some
/// other one in each host, so they count neither in a comparison nor as an input of a later instruction.
/// </summary>
public static class Latitude
{
    private const RflagsBits Status = RflagsBits.OF | RflagsBits.SF | RflagsBits.ZF | RflagsBits.AF | RflagsBits.CF | RflagsBits.PF;

    /// <summary>The undefined flags and x87 condition codes after an instruction, given those before it.</summary>
    /// <param name="instruction">The instruction, which retired.</param>
    /// <param name="before">What was undefined before.</param>
    /// <param name="cl">The count register where its value is known.</param>
    public static RflagsBits After(in Instruction instruction, RflagsBits before, byte? cl)
    {
        RflagsBits undefined = instruction.RflagsUndefined;
        RflagsBits written = instruction.RflagsWritten | instruction.RflagsCleared | instruction.RflagsSet;
        if (IsShift(instruction.Mnemonic))
        {
            return AfterShift(instruction, before, cl);
        }
        if (instruction.HasRepPrefix || instruction.HasRepnePrefix)
        {
            // A count of zero leaves all flags.
            written = RflagsBits.None;
        }
        if (instruction.Mnemonic is Mnemonic.Fcomi or Mnemonic.Fcomip or Mnemonic.Fucomi or Mnemonic.Fucomip)
        {
            // Intel clears it, AMD leaves it.
            undefined |= RflagsBits.C1;
        }
        if (instruction.Mnemonic is >= Mnemonic.Fcmovb and <= Mnemonic.Fcmovu)
        {
            // Only a stack underflow writes it.
            written &= ~RflagsBits.C1;
        }
        return (before & ~written) | undefined;
    }

    /// <summary>
    /// True where processors choose how wide an operand is for the alignment check: string comparisons ask for no
    /// alignment otherwise, and of a pushed segment register only the selector is stored.
    /// </summary>
    public static bool MayCheckAlignment(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Pcmpestri or Mnemonic.Pcmpestrm or Mnemonic.Pcmpistri or Mnemonic.Pcmpistrm
        || (instruction.Mnemonic == Mnemonic.Push && instruction.Op0Register.IsSegmentRegister());

    private static RflagsBits AfterShift(in Instruction instruction, RflagsBits before, byte? cl)
    {
        int last = instruction.OpCount - 1;
        bool fixedCount = instruction.GetOpKind(last) == OpKind.Immediate8;
        int size = instruction.Op0Kind == OpKind.Register
            ? instruction.Op0Register.GetSize()
            : instruction.MemorySize.GetSize();
        int mask = size == 8 ? 63 : 31;
        int? count = fixedCount ? instruction.Immediate8 & mask : cl & mask;
        bool rotate = instruction.Mnemonic is Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr;
        RflagsBits undefined = rotate ? RflagsBits.OF : RflagsBits.OF | RflagsBits.AF;
        // Shifted further than the operand is wide, the last bit out is nobody's; SAR keeps shifting the sign.
        bool losesCarry = !rotate && instruction.Mnemonic != Mnemonic.Sar && size < 4;
        if (count is not { } known)
        {
            return before | undefined | (losesCarry ? RflagsBits.CF : 0);
        }
        if (known == 0)
        {
            return before;
        }
        if (known == 1)
        {
            undefined &= ~RflagsBits.OF;
        }
        if (losesCarry && known > size * 8)
        {
            undefined |= RflagsBits.CF;
        }
        if (instruction.Mnemonic is Mnemonic.Rcl or Mnemonic.Rcr && size < 4 && known % ((size * 8) + 1) == 0)
        {
            return before | RflagsBits.OF;
        }
        RflagsBits written = rotate ? RflagsBits.CF | RflagsBits.OF : Status;
        return (before & ~written) | undefined;
    }

    /// <summary>Parts of a data operand that depend on the processor: where the x87 instruction and its operand lay.</summary>
    /// <remarks>
    /// AMD saves the pointers only while an exception is pending, Intel always, newer ones without the selectors; the
    /// mask of MXCSR tells features of the host.
    /// </remarks>
    public static (int Offset, int Length)[] UndefinedMemory(in Instruction instruction) =>
        instruction.Code switch
        {
            Code.Fxsave_m512byte or Code.Fxsave64_m512byte => [(6, 18), (28, 4)],
            Code.Fnstenv_m28byte or Code.Fnsave_m108byte => [(12, 16)],
            Code.Fnstenv_m14byte or Code.Fnsave_m94byte => [(6, 8)],
            _ => [],
        };

    /// <summary>True where the operand is accessed in parts, and CR2 may name any part of the page that is missing.</summary>
    public static bool HasParts(in Instruction instruction) => instruction.Mnemonic is Mnemonic.Maskmovdqu
        or Mnemonic.Maskmovq or Mnemonic.Fxsave or Mnemonic.Fxsave64 or Mnemonic.Fxrstor or Mnemonic.Fxrstor64
        or Mnemonic.Fnsave or Mnemonic.Frstor or Mnemonic.Fnstenv or Mnemonic.Fldenv;

    /// <summary>
    /// True where the manuals leave the order of checks open or vendors differ: which operand of CMPS is read first,
    /// whether POPA has loaded some registers when it faults, whether CALL pushes before it looks at its target, whether
    /// far RET and IRET have read the whole frame before they look at its selector, whether POP looks at its destination
    /// before it reads the stack, whether a far pointer is read as one operand or as two.
    /// </summary>
    public static bool ChecksInItsOwnOrder(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Popa or Mnemonic.Popad or Mnemonic.Call or Mnemonic.Retf => true,
        Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq => true,
        Mnemonic.Lds or Mnemonic.Les or Mnemonic.Lfs or Mnemonic.Lgs or Mnemonic.Lss => true,
        Mnemonic.Jmp => instruction.IsJmpFarIndirect,
        Mnemonic.Pop => instruction.Op0Kind == OpKind.Memory,
        Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq => instruction.IsStringInstruction,
        _ => HasParts(instruction),
    };

    /// <summary>Under a mask of zeros a processor need not look at the memory.</summary>
    public static bool MayIgnoreMemory(in Instruction instruction) =>
        instruction.Mnemonic is Mnemonic.Maskmovq or Mnemonic.Maskmovdqu;

    /// <summary>CVTPI2PS from memory resets the x87 stack on Intel (SDM volume 2) and leaves it on AMD.</summary>
    public static bool MayEnterMmx(Instruction instruction) =>
        instruction.Mnemonic == Mnemonic.Cvtpi2ps && instruction.Op1Kind == OpKind.Memory;

    /// <summary>These fault after AMD has reset the x87 stack; the manuals say nothing, the engine resets it last.</summary>
    public static bool EntersMmxBeforeFaulting(in Instruction instruction) => instruction.Mnemonic is Mnemonic.Cvtpd2pi
        or Mnemonic.Cvttpd2pi or Mnemonic.Cvtps2pi or Mnemonic.Cvttps2pi or Mnemonic.Maskmovq or Mnemonic.Cvtpi2ps
        or Mnemonic.Cvtpi2pd;

    /// <summary>Whether the bytes begin with VERW of memory behind a LOCK prefix.</summary>
    public static bool IsLockedVerw(ReadOnlySpan<byte> code, bool is64)
    {
        const byte @lock = 0xF0;
        int length = code.IndexOfAnyExcept<byte>([@lock, 0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF2, 0xF3]);
        if (length <= 0 || !code[..length].Contains(@lock)) return false;
        if (is64 && (code[length] & 0xF0) == 0x40) length++; // REX.
        ReadOnlySpan<byte> opcode = code[length..];
        return opcode is [0x0F, 0x00, var form, ..] && (form >> 3 & 7) == 5 && form < 0xC0;
    }

    private static bool IsShift(Mnemonic mnemonic) => mnemonic is Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr
        or Mnemonic.Sar or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr or Mnemonic.Shld or Mnemonic.Shrd;
}
