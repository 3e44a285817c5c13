using Iced.Intel;

namespace TestLab.Processor.Tests.Simd;

/// <summary>
/// One instruction with operands: registers numbered so that source and destination differ, memory at [base].
/// </summary>
public sealed record SimdVariant(string Name, Instruction Instruction, bool HasMemory)
{
    public const int MemoryOffset = 0x400;

    /// <summary>
    /// All of MMX to SSE4.2 with legacy encodings, register and memory forms, a few values of each immediate.
    /// </summary>
    public static IEnumerable<SimdVariant> All(int bitness, params int[] immediates)
    {
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            if (!info.IsInstruction || info.Encoding != EncodingKind.Legacy) continue;
            if (bitness == 64 ? !info.Mode64 : !info.Mode32) continue;
            if (!code.CpuidFeatures().All(IsOurs) || !IsPlain(code)) continue;
            bool hasImmediate = Enumerable.Range(0, info.OpCount).Any(i => info.GetOpKind(i) == OpCodeOperandKind.imm8);
            foreach (int immediate in hasImmediate ? immediates : [0])
            {
                foreach (bool memory in (bool[])[false, true])
                {
                    if (TryCreate(info, memory, immediate, bitness) is { } variant) yield return variant;
                }
            }
        }
    }

    public byte[] Encode(int bitness)
    {
        var writer = new Bytes();
        Encoder.Create(bitness, writer).Encode(Instruction, 0x1000);
        return [.. writer.Written];
    }

    public override string ToString() => Name;

    private static bool IsOurs(CpuidFeature feature) => feature is CpuidFeature.MMX or CpuidFeature.SSE or CpuidFeature.SSE2
        or CpuidFeature.SSE3 or CpuidFeature.SSSE3 or CpuidFeature.SSE4_1 or CpuidFeature.SSE4_2;

    /// <summary>
    /// Not those whose operands are implied, or that only system code has a use for; they have tests of their
    /// own.
    /// </summary>
    private static bool IsPlain(Code code) => code.Mnemonic() is not (Mnemonic.Ldmxcsr or Mnemonic.Clflush or Mnemonic.Maskmovq
        or Mnemonic.Maskmovdqu or Mnemonic.Pause or Mnemonic.Fisttp or Mnemonic.Monitor or Mnemonic.Mwait
        or Mnemonic.Rcpss or Mnemonic.Rcpps or Mnemonic.Rsqrtss or Mnemonic.Rsqrtps);

    private static SimdVariant? TryCreate(OpCodeInfo info, bool memory, int immediate, int bitness)
    {
        var instruction = new Instruction { Code = info.Code };
        bool usesMemory = false;
        for (int i = 0; i < info.OpCount; i++)
        {
            OpCodeOperandKind kind = info.GetOpKind(i);
            Register register = kind switch
            {
                OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm or OpCodeOperandKind.xmm_or_mem => Register.XMM1 + i,
                OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm or OpCodeOperandKind.mm_or_mem => Register.MM1 + i,
                OpCodeOperandKind.r8_or_mem => Register.AL + i,
                OpCodeOperandKind.r16_or_mem => Register.AX + i,
                OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r32_or_mem => Register.EAX + i,
                OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_rm or OpCodeOperandKind.r64_or_mem => Register.RAX + i,
                _ => Register.None,
            };
            bool isMemory = kind is OpCodeOperandKind.mem or OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.mm_or_mem
                or OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r64_or_mem
                or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r64_rm;
            isMemory &= kind is not (OpCodeOperandKind.r32_rm or OpCodeOperandKind.r64_rm) && (memory
                || kind == OpCodeOperandKind.mem);
            if (kind == OpCodeOperandKind.imm8)
            {
                instruction.SetOpKind(i, OpKind.Immediate8);
                instruction.Immediate8 = (byte)immediate;
            }
            else if (isMemory)
            {
                usesMemory = true;
                instruction.SetOpKind(i, OpKind.Memory);
                instruction.MemoryBase = bitness == 64 ? Register.RDI : Register.EDI;
                instruction.MemoryDisplacement64 = MemoryOffset;
                instruction.MemoryDisplSize = bitness / 8;
            }
            else if (register == Register.None)
            {
                return null;
            }
            else
            {
                instruction.SetOpKind(i, OpKind.Register);
                instruction.SetOpRegister(i, register);
            }
        }

        return memory != usesMemory ? null : new SimdVariant($"{instruction} ({info.Code})", instruction, usesMemory);
    }

    private sealed class Bytes : CodeWriter
    {
        public List<byte> Written { get; } = [];

        public override void WriteByte(byte value) => Written.Add(value);
    }
}
