using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>SSE to SSE4.2: the same instruction, its memory operand reached by us.</summary>
/// <remarks>
/// Left to the interpreter: MMX, approximations (they differ from host to host), dot products, string comparisons that
/// give a mask, and whatever loads or stores the control word.
/// </remarks>
internal static class VectorInstructions
{
    private static readonly uint[] s_opcodes = new uint[Enum.GetValues<Code>().Length];

    private static readonly HashSet<CpuidFeature> s_features =
        [CpuidFeature.SSE, CpuidFeature.SSE2, CpuidFeature.SSE3, CpuidFeature.SSSE3, CpuidFeature.SSE4_1, CpuidFeature.SSE4_2];

    private static readonly HashSet<Mnemonic> s_interpreted =
    [
        Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss, Mnemonic.Dpps, Mnemonic.Dppd, Mnemonic.Crc32,
        Mnemonic.Pcmpestri, Mnemonic.Pcmpestrm, Mnemonic.Pcmpestri64, Mnemonic.Pcmpestrm64, Mnemonic.Pcmpistri, Mnemonic.Pcmpistrm, Mnemonic.Maskmovdqu, Mnemonic.Pblendvb,
        Mnemonic.Blendvps, Mnemonic.Blendvpd, Mnemonic.Ldmxcsr, Mnemonic.Stmxcsr, Mnemonic.Movnti, Mnemonic.Popcnt,
    ];

    private static readonly HashSet<Mnemonic> s_unaligned =
        [Mnemonic.Movups, Mnemonic.Movupd, Mnemonic.Movdqu, Mnemonic.Lddqu];

    /// <summary>Of these the target's old value does not matter.</summary>
    private static readonly HashSet<Mnemonic> s_overwriting =
    [
        Mnemonic.Movaps, Mnemonic.Movapd, Mnemonic.Movups, Mnemonic.Movupd, Mnemonic.Movdqa, Mnemonic.Movdqu, Mnemonic.Lddqu,
        Mnemonic.Movd, Mnemonic.Movq, Mnemonic.Pshufd,
    ];

    private static readonly HashSet<Mnemonic> s_comparing =
        [Mnemonic.Comiss, Mnemonic.Comisd, Mnemonic.Ucomiss, Mnemonic.Ucomisd, Mnemonic.Ptest];

    public static void Register(EmitterTable table)
    {
        if (!Sse42.IsSupported) return;
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            if (!info.IsInstruction || info.Encoding != EncodingKind.Legacy || s_interpreted.Contains(code.Mnemonic())) continue;
            if (!code.CpuidFeatures().All(s_features.Contains) || !HasOnlyVectors(info)) continue;
            s_opcodes[(int)code] = OpcodeOf(info);
            FlagEffect flags = s_comparing.Contains(code.Mnemonic()) ? FlagEffect.Replaces : FlagEffect.Keeps;
            table.Bind(code.Mnemonic(), Emit, flags, exits: true);
        }
    }

    private static bool HasOnlyVectors(OpCodeInfo info)
    {
        bool any = false;
        for (int i = 0; i < info.OpCount; i++)
        {
            switch (info.GetOpKind(i))
            {
                case OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_or_mem: any = true; break;
                case OpCodeOperandKind.mem or OpCodeOperandKind.imm8: break;
                case OpCodeOperandKind.r32_reg or OpCodeOperandKind.r64_reg or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r64_or_mem: break;
                default: return false;
            }
        }

        return any;
    }

    private static uint OpcodeOf(OpCodeInfo info)
    {
        uint prefix = info.MandatoryPrefix switch
        {
            MandatoryPrefix.P66 => Opcode.Prefix66,
            MandatoryPrefix.PF3 => Opcode.PrefixF3,
            MandatoryPrefix.PF2 => Opcode.PrefixF2,
            _ => 0,
        };
        uint map = info.Table switch
        {
            OpCodeTableKind.T0F38 => Opcode.Map0F38,
            OpCodeTableKind.T0F3A => Opcode.Map0F3A,
            _ => Opcode.Map0F,
        };
        return prefix | map | info.OpCode;
    }

    private static bool Emit(Emission e, in Instruction i)
    {
        uint opcode = s_opcodes[(int)i.Code];
        if (opcode == 0 || e.TrapsVectors) return false;
        bool stores = i.Op0Kind == OpKind.Memory;
        bool hasMemory = stores || i.Op1Kind == OpKind.Memory;
        int bytes = i.MemorySize.GetSize();
        if (hasMemory && !e.Memory.TryReach(i, bytes, stores, bytes == 16 && !s_unaligned.Contains(i.Mnemonic))) return false;
        if (FloatingPoint.Computes(i.Mnemonic)) e.NeedFloatControl();
        if (s_comparing.Contains(i.Mnemonic)) e.Flags.Drop();

        OpCodeInfo info = i.Code.ToOpCode();
        int register = 0;
        int extension = 0;
        Place place = Place.Memory(HostRegister.Address);
        int immediate = -1;
        bool renews = s_overwriting.Contains(i.Mnemonic) || (hasMemory && i.Mnemonic is Mnemonic.Movss or Mnemonic.Movsd);
        for (int operand = 0; operand < i.OpCount; operand++)
        {
            OpKind kind = i.GetOpKind(operand);
            if (kind == OpKind.Immediate8) immediate = i.Immediate8;
            if (kind != OpKind.Register) continue;
            int host = Take(e, i.GetOpRegister(operand), operand == 0, operand == 0 && renews && !IsMove(i));
            if (IsPlace(info.GetOpKind(operand))) place = Place.Register(host);
            else register = host;
        }

        if (info.GroupIndex >= 0) extension = info.GroupIndex;
        e.Code.Emit(opcode, UsesWide(info) ? 8 : 4, info.GroupIndex >= 0 ? extension : register, place);
        if (immediate >= 0) e.Code.Byte(immediate);
        Finish(e, i);
        return true;
    }

    private static void Finish(Emission e, in Instruction i)
    {
        if (s_comparing.Contains(i.Mnemonic))
        {
            e.Flags.SetBytes(FlagKind.Order, e.FlagsLive);
            return;
        }

        if (i.Op0Kind != OpKind.Register) return;
        if (i.Op0Register.IsXMM()) e.Vectors.Change(i.Op0Register - Iced.Intel.Register.XMM0);
        else e.Finish(i.Op0Register, HostOf(i.Op0Register));
    }

    private static int Take(Emission e, Register register, bool isTarget, bool renews)
    {
        if (!register.IsXMM())
            return isTarget ? e.Target(register, HostRegister.Scratch, reads: false) : e.Read(register, HostRegister.Scratch);
        int number = register - Iced.Intel.Register.XMM0;
        if (!renews) e.Vectors.Load(number);
        return number;
    }

    /// <summary>Between registers, MOVSS and MOVSD leave the upper part.</summary>
    private static bool IsMove(in Instruction i) =>
        i.Mnemonic is Mnemonic.Movss or Mnemonic.Movsd && i.Op1Kind == OpKind.Register;

    private static int HostOf(Register register) =>
        HostRegister.Of(GuestRegister.NumberOf(register)) is var host and not HostRegister.InState ? host : HostRegister.Scratch;

    private static bool IsPlace(OpCodeOperandKind kind) => kind is
        OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r64_or_mem;

    private static bool UsesWide(OpCodeInfo info)
    {
        for (int i = 0; i < info.OpCount; i++)
            if (info.GetOpKind(i) is OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_or_mem) return true;
        return false;
    }
}
