using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>Which instructions a case may contain: those of the guest's x86-64-v2 model that are safe and repeatable on any host.</summary>
public static class InstructionRules
{
    private static readonly HashSet<CpuidFeature> s_features =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL186, CpuidFeature.INTEL286, CpuidFeature.INTEL386,
        CpuidFeature.INTEL486, CpuidFeature.X64, CpuidFeature.CMOV, CpuidFeature.CX8, CpuidFeature.CMPXCHG16B,
        CpuidFeature.FPU, CpuidFeature.FPU287, CpuidFeature.FPU387, CpuidFeature.FXSR, CpuidFeature.MMX,
        CpuidFeature.SSE, CpuidFeature.SSE2, CpuidFeature.SSE3, CpuidFeature.SSSE3, CpuidFeature.SSE4_1,
        CpuidFeature.SSE4_2, CpuidFeature.POPCNT, CpuidFeature.MULTIBYTENOP, CpuidFeature.PAUSE,
        CpuidFeature.PREFETCHW, CpuidFeature.CLFSH, CpuidFeature.MSR,
    ];

    private static readonly HashSet<Mnemonic> s_excluded =
    [
        // They leave the case for the host's kernel.
        Mnemonic.Syscall, Mnemonic.Sysenter, Mnemonic.Sysexit, Mnemonic.Sysexitq, Mnemonic.Sysret, Mnemonic.Sysretq,
        // The answer depends on the processor, or the host's kernel makes one up (UMIP).
        Mnemonic.Cpuid, Mnemonic.Sgdt, Mnemonic.Sidt, Mnemonic.Sldt, Mnemonic.Str, Mnemonic.Smsw,
        // In-circuit emulators and forgotten processors.
        Mnemonic.Int1, Mnemonic.Umov, Mnemonic.Loadall, Mnemonic.Ud0, Mnemonic.Ud1,
        // The manual allows an error, hosts differ within it, and the engines follow their own rule.
        Mnemonic.F2xm1, Mnemonic.Fyl2x, Mnemonic.Fyl2xp1, Mnemonic.Fptan, Mnemonic.Fpatan, Mnemonic.Fsin, Mnemonic.Fcos,
        Mnemonic.Fsincos, Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss,
    ];

    public static bool IsAllowed(in Instruction instruction)
    {
        if (!IsAllowed(instruction.Code))
        {
            return false;
        }
        return instruction.Mnemonic switch
        {
            // The kernel lets user mode call these gates of its own; of the reserved ones hypervisors take some.
            Mnemonic.Int => instruction.Immediate8 is not (0x80 or 3 or 4 or (>= 0x14 and < 0x20)),
            // AMD takes the condition from a repeat prefix, which Intel reserves.
            Mnemonic.Loope or Mnemonic.Loopne => !instruction.HasRepPrefix && !instruction.HasRepnePrefix,
            // With REX.B it is an XCHG of R8 to AMD.
            Mnemonic.Pause => instruction.Length == 2,
            // A count beyond the operand leaves the destination undefined.
            Mnemonic.Shld or Mnemonic.Shrd when instruction.Op1Register.GetSize() == 2 =>
                instruction.Op2Kind == OpKind.Register || (instruction.Immediate8 & 31) <= 16,
            _ => true,
        };
    }

    public static bool IsAllowed(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        if (code is Code.Reservednop_rm16_r16_0F0D or Code.Reservednop_rm32_r32_0F0D or Code.Reservednop_rm64_r64_0F0D)
        {
            // A prefetch of a register: nothing to Intel, undefined to AMD.
            return false;
        }
        if (code == Code.Movsxd_r16_rm16)
        {
            // It reads two bytes on Intel, four on AMD.
            return false;
        }
        if (!info.IsInstruction || info.Encoding != EncodingKind.Legacy || info.Fwait || s_excluded.Contains(code.Mnemonic()))
        {
            return false;
        }
        foreach (CpuidFeature feature in code.CpuidFeatures())
        {
            if (!s_features.Contains(feature))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>True for what loads or examines a selector.</summary>
    /// <remarks>A selector at random could name the host's own descriptors, so its source must be one of ours.</remarks>
    public static bool UsesSelector(in Instruction instruction) => instruction.Mnemonic switch
    {
        Mnemonic.Mov or Mnemonic.Pop =>
            instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsSegmentRegister(),
        Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw or Mnemonic.Lds or Mnemonic.Les or Mnemonic.Lfs
            or Mnemonic.Lgs or Mnemonic.Lss or Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq or Mnemonic.Retf => true,
        _ => instruction.IsJmpFar || instruction.IsCallFar || instruction.IsJmpFarIndirect || instruction.IsCallFarIndirect,
    };

    public static InstructionFamily Family(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        uint first = info.OpCode >> (8 * (info.OpCodeLength - 1));
        if ((info.Table == OpCodeTableKind.Normal && first is >= 0xD8 and <= 0xDF)
            || code.Mnemonic() is Mnemonic.Wait or Mnemonic.Fxsave or Mnemonic.Fxsave64 or Mnemonic.Fxrstor or Mnemonic.Fxrstor64)
        {
            return InstructionFamily.FloatingPoint;
        }
        for (int operand = 0; operand < info.OpCount; operand++)
        {
            switch (info.GetOpKind(operand))
            {
                case OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm or OpCodeOperandKind.mm_or_mem:
                    return InstructionFamily.Mmx;
                case OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_or_mem:
                    return InstructionFamily.Sse;
            }
        }
        return code switch
        {
            Code.Emms => InstructionFamily.Mmx,
            Code.Ldmxcsr_m32 or Code.Stmxcsr_m32 => InstructionFamily.Sse,
            _ => InstructionFamily.Integer,
        };
    }
}
