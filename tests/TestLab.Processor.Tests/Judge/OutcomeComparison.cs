using System.Buffers.Binary;
using System.Globalization;
using Iced.Intel;
using TestLab.Processor.Execution;

namespace TestLab.Processor.Tests.Judge;

/// <summary>Lists what differs between two outcomes of a case where the architecture defines it.</summary>
public sealed class OutcomeComparison
{
    private const ulong PageMask = ~0xFFFUL;
    private const ulong AlwaysDefinedFlags = 0x0025_7700;
    private const uint MisalignedMode = 1 << 17;

    /// <summary>Where Linux ends user space: one page before the lower half does.</summary>
    private const ulong UserSpaceEnd = 0x0000_7FFF_FFFF_F000;

    private static readonly string[] s_segments = ["es", "cs", "ss", "ds", "fs", "gs"];
    private static readonly string[] s_registers =
        ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

    private readonly CodeDecoder _long = new(JudgeMode.Long);
    private readonly CodeDecoder _compatibility = new(JudgeMode.Compatibility);
    private readonly CodeDecoder _segmented = new(JudgeMode.Segmented);

    public static string RegisterName(int number) => s_registers[number];

    /// <summary>Empty when the outcomes agree, or when the host did not end the case in time.</summary>
    public IReadOnlyList<string> Differences(JudgeCase test, JudgeOutcome expected, JudgeOutcome actual)
    {
        if (expected.Vector == JudgeOutcome.Timeout || WrapsAround(test, expected, actual)
            || TakesNarrowStackAlong(test, expected, actual)
            || LoadsAFeatureOfTheHost(test, expected, actual)
            || LocksVerw(test, actual)
            || FaultsInItsOwnOrder(test, expected, actual))
        {
            return [];
        }
        var differences = new List<string>();
        Instruction? faulting = Faulting(test, expected);
        CompareException(differences, expected, actual, faulting is { } each && Latitude.HasParts(each) ? PageMask : ulong.MaxValue);
        ulong mask = test.Mode == JudgeMode.Long ? ulong.MaxValue : uint.MaxValue;
        for (int register = 0; register < (test.Mode == JudgeMode.Long ? 16 : 8); register++)
        {
            Compare(differences, s_registers[register], expected.Registers[register] & mask, actual.Registers[register] & mask);
        }
        List<Instruction> executed = Executed(test, expected);
        RflagsBits undefined = Undefined(test, executed) | UndefinedBeforeBranch(test, executed);
        ulong flags = AlwaysDefinedFlags | (0x8D5 & ~StatusBits(undefined));
        Compare(differences, "flags", expected.Flags & flags, actual.Flags & flags);
        bool entersMmx = executed.Exists(Latitude.MayEnterMmx)
            || (faulting is { } stopped && Latitude.EntersMmxBeforeFaulting(stopped));
        CompareFloating(differences, expected.Floating, actual.Floating, undefined, entersMmx);
        CompareMemory(differences, test, expected, actual);
        return differences;
    }

    /// <summary>
    /// An operand that reaches over the end of a segment of 4 GiB: processors may fault or wrap (SDM volume 3, section
    /// 5.3); AMD faults, the engine wraps.
    /// </summary>
    private static bool WrapsAround(JudgeCase test, JudgeOutcome expected, JudgeOutcome actual) =>
        test.Mode != JudgeMode.Long && expected.Vector is 12 or 13 && expected.ErrorCode == 0
        && actual.Vector == JudgeOutcome.PageFault && (uint)(actual.FaultAddress + 512) < 1024;

    /// <summary>From 16-bit code into 64-bit code AMD uses the stack as the new code would, all of RSP and no base.</summary>
    private static bool TakesNarrowStackAlong(JudgeCase test, JudgeOutcome expected, JudgeOutcome actual) =>
        test.Mode == JudgeMode.Segmented
        && (expected.CodeSelector == JudgeLayout.CodeSelector64 || actual.CodeSelector == JudgeLayout.CodeSelector64);

    /// <summary>AMD has a bit more in MXCSR, for misaligned operands; the guest's model does not, and faults.</summary>
    private bool LoadsAFeatureOfTheHost(JudgeCase test, JudgeOutcome expected, JudgeOutcome actual) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(expected.Floating.AsSpan(FloatingImage.Mxcsr)) & MisalignedMode) != 0
        && actual.Vector == Vectors.GeneralProtection
        && Faulting(test, actual)?.Mnemonic is Mnemonic.Ldmxcsr or Mnemonic.Fxrstor or Mnemonic.Fxrstor64;

    /// <summary>VERW of memory with LOCK is #UD by the manuals; AMD's, since it clears buffers too, executes it.</summary>
    private static bool LocksVerw(JudgeCase test, JudgeOutcome actual)
    {
        ulong offset = actual.InstructionPointer - test.CodeAddress;
        return actual.Vector == Vectors.InvalidOpcode && offset < (ulong)test.Code.Length
            && Latitude.IsLockedVerw(test.Code.AsSpan((int)offset), test.Mode == JudgeMode.Long);
    }

    /// <summary>True where both fault at the same instruction, of which vendors check the parts in different orders.</summary>
    private bool FaultsInItsOwnOrder(JudgeCase test, JudgeOutcome expected, JudgeOutcome actual)
    {
        if (Faulting(test, actual) is { } entering && Latitude.MayEnterMmx(entering) && actual.Vector == Vectors.FloatError)
        {
            return true;
        }
        if (!IsFault(expected) || Faulting(test, expected) is not { } instruction)
        {
            return false;
        }
        if (expected.Vector == Vectors.AlignmentCheck && Latitude.MayCheckAlignment(instruction))
        {
            return true;
        }
        if (Latitude.MayIgnoreMemory(instruction) && actual.InstructionPointer != expected.InstructionPointer)
        {
            return true;
        }
        if (!IsFault(actual) || expected.InstructionPointer != actual.InstructionPointer)
        {
            return false;
        }
        // A misaligned operand (#GP) may also leave the stack segment (#SS).
        bool limitOrAlignment = expected.Vector is 12 or 13 && actual.Vector is 12 or 13;
        return Latitude.ChecksInItsOwnOrder(instruction)
            || (limitOrAlignment && InstructionRules.Family(instruction.Code) is InstructionFamily.Sse or InstructionFamily.Mmx);
    }

    /// <summary>The instruction of the case at which an outcome stopped, if any.</summary>
    private Instruction? Faulting(JudgeCase test, JudgeOutcome outcome)
    {
        ulong offset = outcome.InstructionPointer - test.CodeAddress;
        return offset < (ulong)test.Code.Length
            ? Decoder(test.Mode).Decode(test.Code.AsMemory((int)offset), outcome.InstructionPointer)
            : null;
    }

    private static bool IsFault(JudgeOutcome outcome) => outcome.Vector is 12 or 13 or 17 or JudgeOutcome.PageFault;

    private static void CompareException(
        List<string> differences, JudgeOutcome expected, JudgeOutcome actual, ulong addressMask)
    {
        Compare(differences, "vector", (ulong)expected.Vector, (ulong)actual.Vector);
        Compare(differences, "rip", expected.InstructionPointer, actual.InstructionPointer);
        for (int segment = 0; segment < s_segments.Length; segment++)
        {
            Compare(differences, s_segments[segment], Visible(expected.Selectors[segment]), Visible(actual.Selectors[segment]));
        }
        if (expected.Vector != actual.Vector)
        {
            return;
        }
        if (expected.Vector is 8 or (>= 10 and <= 14) or 17)
        {
            // Linux calls every fault outside user space one of protection, to hide what is mapped there.
            uint hidden = expected.Vector == JudgeOutcome.PageFault && expected.FaultAddress >= UserSpaceEnd ? 1u : 0;
            Compare(differences, "error", expected.ErrorCode & ~hidden, actual.ErrorCode & ~hidden);
        }
        if (expected.Vector == JudgeOutcome.PageFault)
        {
            Compare(differences, "cr2", expected.FaultAddress & addressMask, actual.FaultAddress & addressMask);
        }
    }

    /// <summary>The kernel's return to its user clears a null selector's privilege level.</summary>
    private static ulong Visible(ushort selector) => selector < 4 ? 0ul : selector;

    private static void CompareFloating(
        List<string> differences, byte[] expected, byte[] actual, RflagsBits undefined, bool entersMmx)
    {
        Compare(differences, "mxcsr", BinaryPrimitives.ReadUInt32LittleEndian(expected.AsSpan(FloatingImage.Mxcsr)),
            BinaryPrimitives.ReadUInt32LittleEndian(actual.AsSpan(FloatingImage.Mxcsr)));
        for (int register = 0; register < 16; register++)
        {
            CompareBytes(differences, $"xmm{register}", FloatingImage.FirstVectorRegister + (register * 16), 16, expected, actual);
        }
        if (entersMmx)
        {
            return;
        }
        ushort status = (ushort)~ConditionBits(undefined);
        Compare(differences, "fcw", Word(expected, 0), Word(actual, 0));
        Compare(differences, "fsw", (ulong)(Word(expected, FloatingImage.StatusWord) & status),
            (ulong)(Word(actual, FloatingImage.StatusWord) & status));
        Compare(differences, "ftw", expected[FloatingImage.TagWord], actual[FloatingImage.TagWord]);
        for (int register = 0; register < 8; register++)
        {
            CompareBytes(differences, $"st{register}", FloatingImage.FirstStackRegister + (register * 16), 10, expected, actual);
        }
    }

    private void CompareMemory(List<string> differences, JudgeCase test, JudgeOutcome expected, JudgeOutcome actual)
    {
        if (expected.Changes.AsSpan().SequenceEqual(actual.Changes))
        {
            return;
        }
        byte[] memory = JudgeMemory.Fill(test.MemorySeed);
        byte[] first = Apply(memory, expected.Changes);
        byte[] second = Apply(memory, actual.Changes);
        ForgetUndefined(test, first, second);
        for (int offset = 0; offset < first.Length; offset++)
        {
            if (first[offset] != second[offset])
            {
                int page = offset / JudgeLayout.PageBytes;
                ulong address = JudgeLayout.DataBase + (ulong)offset + (page == 3 ? JudgeLayout.PageBytes : 0ul);
                differences.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"[{address:x}]: native {Bytes(first, offset)} engine {Bytes(second, offset)} (before {Bytes(memory, offset)})"));
                return;
            }
        }
    }

    private void ForgetUndefined(JudgeCase test, byte[] first, byte[] second)
    {
        Instruction instruction = Decoder(test.Mode).Decode(test.Code, test.CodeAddress);
        (int Offset, int Length)[] undefined = Latitude.UndefinedMemory(instruction);
        if (undefined.Length == 0)
        {
            return;
        }
        ulong address = OperandAddress(test, instruction);
        foreach ((int offset, int length) in undefined)
        {
            for (int index = 0; index < length; index++)
            {
                int place = JudgeLayout.ImageOffset(address + (ulong)(offset + index));
                if (place >= 0)
                {
                    first[place] = second[place] = 0;
                }
            }
        }
    }

    private static ulong OperandAddress(JudgeCase test, Instruction instruction)
    {
        ulong address = instruction.GetVirtualAddress(0, 0, (register, _, _) =>
        {
            if (register.IsSegmentRegister())
            {
                return register switch
                {
                    Register.FS when test.Mode == JudgeMode.Long => JudgeLayout.FsBase,
                    Register.GS when test.Mode == JudgeMode.Long => JudgeLayout.GsBase,
                    _ => 0,
                };
            }
            ulong full = test.Registers[register.GetFullRegister() - Register.RAX];
            return register.GetSize() switch { 2 => (ushort)full, 4 => (uint)full, _ => full };
        });
        return test.Mode == JudgeMode.Long ? address : (uint)(address + JudgeLayout.DataSegmentBase(test.Mode));
    }

    /// <summary>The instructions of the sequence that retired, if no branch has led back into it.</summary>
    private List<Instruction> Executed(JudgeCase test, JudgeOutcome outcome)
    {
        ulong end = test.CodeAddress + (ulong)test.Code.Length;
        // An int3 just before the code leaves RIP at its start, and was reached by a branch.
        ulong stop = outcome.Vector == JudgeOutcome.Breakpoint ? outcome.InstructionPointer - 1 : outcome.InstructionPointer;
        bool inside = stop >= test.CodeAddress && stop < end;
        return Decode(test, inside ? (int)(outcome.InstructionPointer - test.CodeAddress) : test.Code.Length);
    }

    /// <summary>The instructions of the sequence, as far as they lie in its first bytes.</summary>
    private List<Instruction> Decode(JudgeCase test, int length)
    {
        var instructions = new List<Instruction>();
        for (int offset = 0; offset < test.Code.Length;)
        {
            Instruction instruction = Decoder(test.Mode).Decode(test.Code.AsMemory(offset), test.CodeAddress + (ulong)offset);
            if (instruction.IsInvalid || offset + instruction.Length > length) break;
            instructions.Add(instruction);
            offset += instruction.Length;
        }

        return instructions;
    }

    private static RflagsBits Undefined(JudgeCase test, List<Instruction> executed)
    {
        RflagsBits undefined = RflagsBits.None;
        for (int number = 0; number < executed.Count; number++)
        {
            undefined = Latitude.After(executed[number], undefined, number == 0 ? (byte)test.Registers[1] : null);
        }
        return undefined;
    }

    /// <summary>A branch back into the code leaves it anywhere: what its first run left undefined may still be.</summary>
    private RflagsBits UndefinedBeforeBranch(JudgeCase test, List<Instruction> executed)
    {
        List<Instruction> all = Decode(test, test.Code.Length);
        return all.Count > executed.Count && all.Exists(each => each.FlowControl != FlowControl.Next) ? Undefined(test, all) : RflagsBits.None;
    }

    private CodeDecoder Decoder(JudgeMode mode) => mode switch
    {
        JudgeMode.Long => _long,
        JudgeMode.Compatibility => _compatibility,
        _ => _segmented,
    };

    private static byte[] Apply(byte[] memory, MemoryChange[] changes)
    {
        byte[] image = (byte[])memory.Clone();
        foreach (MemoryChange change in changes)
        {
            int offset = JudgeLayout.ImageOffset(JudgeLayout.DataBase + change.Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(offset), change.Value);
        }
        return image;
    }

    private static string Bytes(byte[] image, int offset) =>
        Convert.ToHexStringLower(image.AsSpan(offset, Math.Min(16, image.Length - offset)));

    private static ushort Word(byte[] image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(offset));

    private static void CompareBytes(List<string> differences, string name, int offset, int length, byte[] expected, byte[] actual)
    {
        ReadOnlySpan<byte> native = expected.AsSpan(offset, length);
        ReadOnlySpan<byte> engine = actual.AsSpan(offset, length);
        if (!native.SequenceEqual(engine))
        {
            byte[] first = native.ToArray();
            byte[] second = engine.ToArray();
            Array.Reverse(first);
            Array.Reverse(second);
            differences.Add($"{name}: native {Convert.ToHexStringLower(first)} engine {Convert.ToHexStringLower(second)}");
        }
    }

    private static void Compare(List<string> differences, string name, ulong expected, ulong actual)
    {
        if (expected != actual)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: native {expected:x} engine {actual:x}"));
        }
    }

    private static ulong StatusBits(RflagsBits bits) =>
        (bits.HasFlag(RflagsBits.CF) ? 0x001UL : 0)
        | (bits.HasFlag(RflagsBits.PF) ? 0x004UL : 0)
        | (bits.HasFlag(RflagsBits.AF) ? 0x010UL : 0)
        | (bits.HasFlag(RflagsBits.ZF) ? 0x040UL : 0)
        | (bits.HasFlag(RflagsBits.SF) ? 0x080UL : 0)
        | (bits.HasFlag(RflagsBits.OF) ? 0x800UL : 0);

    private static ushort ConditionBits(RflagsBits bits) => (ushort)(
        (bits.HasFlag(RflagsBits.C0) ? 0x0100 : 0)
        | (bits.HasFlag(RflagsBits.C1) ? 0x0200 : 0)
        | (bits.HasFlag(RflagsBits.C2) ? 0x0400 : 0)
        | (bits.HasFlag(RflagsBits.C3) ? 0x4000 : 0));
}
