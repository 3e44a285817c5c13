using System.Buffers.Binary;
using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// Sets registers and displacements such that most operands lie in the data pages, at their edges more often than
/// chance would have it, and that branches land on int3.
/// </summary>
public sealed class OperandAim(JudgeRandom random, byte[] memory, ulong[] registers, ModeTools tools)
{
    private const int Accumulator = 0;
    private const int Counter = 1;
    private const int Data = 2;
    private const int Stack = 4;
    private const int Frame = 5;

    private readonly InstructionInfoFactory _information = new();

    /// <summary>Aims the first instruction last, so that its operands are exact; false when the case is of no use.</summary>
    public bool Apply(byte[] code, ulong address)
    {
        var starts = new List<int>();
        for (int offset = 0; offset < code.Length;)
        {
            Instruction instruction = Decode(code, offset, address);
            if (instruction.IsInvalid)
            {
                break;
            }
            starts.Add(offset);
            offset += instruction.Length;
        }
        for (int number = starts.Count - 1; number >= 0; number--)
        {
            Aim(code, starts[number], address);
        }
        foreach (int start in starts)
        {
            // A branch into the sequence itself could repeat it for ever.
            Instruction instruction = Decode(code, start, address);
            if (start == 0 && instruction.Mnemonic is Mnemonic.Shld or Mnemonic.Shrd
                && instruction.Op1Register.GetSize() == 2 && (registers[Counter] & 31) > 16)
            {
                return false;
            }
            bool branches = instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
            if (branches && instruction.NearBranchTarget - address < (ulong)code.Length)
            {
                return false;
            }
        }
        return true;
    }

    private Instruction Decode(byte[] code, int offset, ulong address) =>
        tools.Decoder.Decode(code.AsMemory(offset), address + (ulong)offset);

    private void Aim(byte[] code, int start, ulong address)
    {
        Instruction instruction = Decode(code, start, address);
        ConstantOffsets offsets = tools.Decoder.Offsets(instruction);
        if (instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64)
        {
            AimBranch(code, start, instruction, offsets);
            return;
        }
        if (instruction.Op0Kind is OpKind.FarBranch32 && random.Percent(90))
        {
            Span<byte> pointer = code.AsSpan(start + instruction.Length - 6);
            BinaryPrimitives.WriteInt32LittleEndian(pointer, (int)CodeTarget());
            BinaryPrimitives.WriteUInt16LittleEndian(pointer[4..], RegisterValues.Selector(random));
            return;
        }
        AimValues(instruction);
        if (random.Percent(4))
        {
            return;
        }
        foreach (UsedMemory used in _information.GetInfo(instruction).GetUsedMemory())
        {
            bool implicitStack = used.Base.GetFullRegister() == Register.RSP && instruction.IsStackInstruction;
            if (!implicitStack || random.Percent(15))
            {
                AimMemory(code, start, instruction, used, offsets);
            }
        }
    }

    private void AimBranch(byte[] code, int start, in Instruction instruction, ConstantOffsets offsets)
    {
        if (offsets.ImmediateSize == 4 && random.Percent(85))
        {
            ulong target = CodeTarget();
            BinaryPrimitives.WriteInt32LittleEndian(
                code.AsSpan(start + offsets.ImmediateOffset), (int)(target - instruction.NextIP));
        }
        AimValues(instruction);
    }

    /// <summary>Registers which an instruction uses for something else than an address.</summary>
    private void AimValues(in Instruction instruction)
    {
        Mnemonic mnemonic = instruction.Mnemonic;
        if (instruction.HasRepPrefix || instruction.HasRepnePrefix || instruction.IsLoop || instruction.IsLoopcc || instruction.IsJcxShort)
        {
            registers[Counter] = random.Percent(90) ? (ulong)random.Below(24) : registers[Counter];
        }
        switch (mnemonic)
        {
            case Mnemonic.Div or Mnemonic.Idiv when random.Percent(70):
                registers[Data] = random.Percent(50) ? 0 : unchecked((ulong)random.Between(-8, 8));
                break;
            case Mnemonic.Shld or Mnemonic.Shrd when instruction.Op1Register.GetSize() == 2:
                registers[Counter] = (registers[Counter] & ~0xFFUL) | (uint)random.Below(17);
                break;
            case Mnemonic.Retf or Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq when random.Percent(95):
                registers[Stack] = tools.Offset(JudgeMemory.Frames) + (ulong)(random.Below(JudgeMemory.FrameCount) * 64);
                break;
            case Mnemonic.Pop when instruction.Op0Register.IsSegmentRegister():
                registers[Stack] = tools.Offset(FarPointer(atSelector: true));
                break;
            case Mnemonic.Mov when instruction.Op0Register.IsSegmentRegister() && instruction.Op1Kind == OpKind.Register:
                Set(instruction.Op1Register, RegisterValues.Selector(random));
                break;
            case Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw when instruction.Op0Kind == OpKind.Register:
                Register selector = instruction.GetOpRegister(instruction.OpCount - 1);
                if (selector != Register.None)
                {
                    Set(selector, RegisterValues.Selector(random));
                }
                break;
            case Mnemonic.Ret when random.Percent(85):
                registers[Stack] = tools.Offset(CodePointer(JudgeLayout.StackBase));
                break;
            case Mnemonic.Jmp or Mnemonic.Call when instruction.Op0Kind == OpKind.Register && random.Percent(75):
                Set(instruction.Op0Register, CodeTarget());
                break;
            case Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc
                when instruction.Op1Kind == OpKind.Register && random.Percent(75):
                Set(instruction.Op1Register, (ulong)random.Between(-200, 200));
                break;
            case Mnemonic.Enter or Mnemonic.Leave:
                registers[Frame] = tools.Offset(JudgeLayout.StackBase) + (ulong)random.Between(0x100, 0xF00);
                break;
        }
    }

    private void AimMemory(byte[] code, int start, in Instruction instruction, in UsedMemory used, ConstantOffsets offsets)
    {
        if (used.AddressSize == CodeSize.Code16 && tools.Mode != JudgeMode.Segmented)
        {
            return;
        }
        ulong linear = Target(instruction);
        ulong target = used.Segment switch
        {
            Register.FS when tools.Mode == JudgeMode.Long => linear - JudgeLayout.FsBase,
            Register.GS when tools.Mode == JudgeMode.Long => linear - JudgeLayout.GsBase,
            _ => tools.Offset(linear),
        };
        Register baseRegister = used.Base.GetFullRegister();
        Register indexRegister = used.Index.GetFullRegister();
        bool explicitOperand = used.Base == instruction.MemoryBase && used.Index == instruction.MemoryIndex;
        if (baseRegister is Register.None or Register.RIP or Register.EIP)
        {
            ulong index = indexRegister == Register.None ? 0 : SmallIndex(used.Index);
            ulong displacement = target - (index * (ulong)used.Scale);
            displacement -= baseRegister == Register.None ? 0 : instruction.NextIP;
            if (explicitOperand && offsets.DisplacementSize == 4)
            {
                BinaryPrimitives.WriteInt32LittleEndian(
                    code.AsSpan(start + offsets.DisplacementOffset), (int)displacement);
            }
            else if (explicitOperand && offsets.DisplacementSize == 2)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(code.AsSpan(start + offsets.DisplacementOffset), (ushort)displacement);
            }
            else if (explicitOperand && offsets.DisplacementSize == 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(code.AsSpan(start + offsets.DisplacementOffset), displacement);
            }
            AimComparison(instruction, linear);
            return;
        }
        ulong rest = target - used.Displacement;
        if (indexRegister == baseRegister)
        {
            Set(used.Base, rest / (ulong)(1 + used.Scale));
            return;
        }
        if (indexRegister != Register.None)
        {
            ulong index = used.Index == Register.AL || random.Percent(30)
                ? Get(used.Index)
                : SmallIndex(used.Index);
            rest -= index * (ulong)used.Scale;
        }
        Set(used.Base, rest);
        AimComparison(instruction, linear);
    }

    private ulong Target(in Instruction instruction)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Fxsave or Mnemonic.Fxrstor or Mnemonic.Fxsave64 or Mnemonic.Fxrstor64 when random.Percent(75):
                return random.Percent(70) ? JudgeMemory.FloatingImageAddress : JudgeMemory.ReadOnlyFloatingImageAddress;
            case Mnemonic.Ldmxcsr when random.Percent(60):
                return JudgeMemory.FloatingImageAddress + FloatingImage.Mxcsr;
            case Mnemonic.Fldcw or Mnemonic.Fldenv or Mnemonic.Frstor when random.Percent(40):
                return JudgeMemory.FloatingImageAddress;
            case Mnemonic.Lds or Mnemonic.Les or Mnemonic.Lfs or Mnemonic.Lgs or Mnemonic.Lss:
                return FarPointer(atSelector: false);
            case Mnemonic.Mov when instruction.Op0Register.IsSegmentRegister():
            case Mnemonic.Lar or Mnemonic.Lsl or Mnemonic.Verr or Mnemonic.Verw:
                return FarPointer(atSelector: true);
            case Mnemonic.Jmp or Mnemonic.Call when instruction.IsJmpFarIndirect || instruction.IsCallFarIndirect:
                return FarPointer(atSelector: false);
            case Mnemonic.Jmp or Mnemonic.Call when random.Percent(75):
                return CodePointer(JudgeLayout.DataBase);
        }
        ulong target = random.Below(100) switch
        {
            < 70 => JudgeLayout.DataBase + (ulong)random.Below(2 * JudgeLayout.PageBytes),
            < 78 => JudgeLayout.ReadOnlyBase - (ulong)random.Below(64),
            < 82 => JudgeLayout.ReadOnlyBase + (ulong)random.Below(JudgeLayout.PageBytes),
            < 87 => JudgeLayout.ReadOnlyBase + JudgeLayout.PageBytes - (ulong)random.Below(64),
            < 91 => JudgeLayout.DataBase - (ulong)random.Below(64),
            < 95 => JudgeLayout.StackEnd - (ulong)random.Below(64),
            < 97 => JudgeLayout.CodeBase + (ulong)random.Below(JudgeLayout.CodeBytes),
            _ => JudgeLayout.StackBase + (ulong)random.Below(JudgeLayout.PageBytes),
        };
        return target & ~(random.Percent(60) ? 15UL : 0);
    }

    /// <summary>An address near the start of a page region where a word of memory points into the code pages.</summary>
    private ulong CodePointer(ulong region)
    {
        ulong address = region;
        for (int attempt = 0; attempt < 32; attempt++)
        {
            address = region + (ulong)(random.Below(JudgeLayout.PageBytes / 8) * 8);
            if (JudgeMemory.Read(memory, address) is { } word && word - JudgeLayout.CodeBase < JudgeLayout.CodeBytes)
            {
                break;
            }
        }
        return address;
    }

    private ulong CodeTarget() => tools.CodeSegmentOffset + (ulong)random.Below(JudgeLayout.CodeBytes);

    private ulong FarPointer(bool atSelector)
    {
        int number = random.Below(JudgeMemory.FarPointerCount);
        return JudgeMemory.FarPointers + (ulong)(number * 16) + (atSelector ? number % 2 == 0 ? 4ul : 8ul : 0);
    }

    /// <summary>Makes CMPXCHG and its kin find what they compare in about half of the cases.</summary>
    private void AimComparison(in Instruction instruction, ulong target)
    {
        if (instruction.Mnemonic is not (Mnemonic.Cmpxchg or Mnemonic.Cmpxchg8b or Mnemonic.Cmpxchg16b)
            || !random.Percent(50) || JudgeMemory.Read(memory, target) is not { } low)
        {
            return;
        }
        registers[Accumulator] = low;
        if (instruction.Mnemonic == Mnemonic.Cmpxchg8b)
        {
            registers[Data] = low >> 32;
        }
        else if (instruction.Mnemonic == Mnemonic.Cmpxchg16b && JudgeMemory.Read(memory, target + 8) is { } high)
        {
            registers[Data] = high;
        }
    }

    private ulong SmallIndex(Register register)
    {
        ulong index = (ulong)random.Between(-16, 64);
        Set(register, index);
        return Get(register);
    }

    private ulong Get(Register register)
    {
        ulong full = registers[register.GetFullRegister() - Register.RAX];
        return register.GetSize() switch { 1 => (byte)full, 2 => (ushort)full, 4 => (uint)full, _ => full };
    }

    private void Set(Register register, ulong value)
    {
        // The upper half is noise where only the lower one makes the address.
        ref ulong full = ref registers[register.GetFullRegister() - Register.RAX];
        full = register.GetSize() == 2 && random.Percent(50)
            ? (full & ~0xFFFFul) | (ushort)value
            : register.GetSize() == 4 && random.Percent(30) ? (full & 0xFFFF_FFFF_0000_0000) | (uint)value : value;
    }
}
