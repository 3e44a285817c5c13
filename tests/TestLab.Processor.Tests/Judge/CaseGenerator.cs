using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// Draws case number <c>index</c> of a seed; a case is a function of both and of nothing that was drawn before.
/// </summary>
public sealed class CaseGenerator
{
    /// <summary>Cases in succession that share the content of memory, which is costly to change.</summary>
    public const int CasesWithOneMemory = 1024;

    private const int Attempts = 200;

    private readonly ulong _seed;
    private readonly InstructionFamily[] _families;
    private readonly ModeTools[] _modes;
    private ulong _memorySeed;
    private byte[] _memory = [];

    /// <param name="modes">Those to draw from, where the host cannot run all of them.</param>
    public CaseGenerator(
        ulong seed, InstructionFamily families = InstructionFamily.All, Predicate<Mnemonic>? only = null,
        Predicate<JudgeMode>? modes = null)
    {
        _seed = seed;
        JudgeMode[] weighted =
        [
            JudgeMode.Long, JudgeMode.Long, JudgeMode.Long, JudgeMode.Compatibility, JudgeMode.Compatibility,
            JudgeMode.Segmented,
        ];
        _modes = weighted
            .Where(each => modes is null || modes(each))
            .Select(each => new ModeTools(each, only)).ToArray();
        (InstructionFamily Family, int Weight)[] weights =
        [
            (InstructionFamily.Integer, 10), (InstructionFamily.FloatingPoint, 4), (InstructionFamily.Mmx, 2),
            (InstructionFamily.Sse, 5), (InstructionFamily.Wild, 1),
        ];
        _families = weights
            .Where(each => families.HasFlag(each.Family)
                && (each.Family == InstructionFamily.Wild || _modes.All(tools => tools.Table.Has(each.Family))))
            .SelectMany(each => Enumerable.Repeat(each.Family, each.Weight))
            .ToArray();
    }

    public JudgeCase Generate(int index)
    {
        var random = new JudgeRandom(JudgeRandom.Mix(_seed, (ulong)index));
        ulong memorySeed = JudgeRandom.Mix(~_seed, (ulong)index / CasesWithOneMemory);
        if (_memory.Length == 0 || memorySeed != _memorySeed)
        {
            _memorySeed = memorySeed;
            _memory = JudgeMemory.Fill(memorySeed);
        }
        ModeTools tools = random.Pick<ModeTools>(_modes);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            byte[]? code = Compose(random, tools, out bool cut);
            if (code is not null && Finish(random, tools, code, cut) is { } test)
            {
                return test;
            }
        }
        return new JudgeCase { Code = [0x90], MemorySeed = memorySeed };
    }

    /// <summary>Strings instructions together until one leaves the sequence; null when none fits.</summary>
    private byte[]? Compose(JudgeRandom random, ModeTools tools, out bool cut)
    {
        ulong somewhere = tools.CodeSegmentOffset + 0x800;
        cut = false;
        InstructionFamily family = random.Pick<InstructionFamily>(_families);
        if (family == InstructionFamily.Wild)
        {
            return Wild(random, tools);
        }
        byte[] code = new byte[JudgeLayout.MaximumCodeBytes];
        byte[] candidate = new byte[32];
        int length = 0;
        int wanted = random.Pick<int>([1, 1, 1, 1, 1, 1, 2, 2, 3, 4]);
        RflagsBits undefined = RflagsBits.None;
        for (int number = 0, attempt = 0; number < wanted && attempt < 40; attempt++)
        {
            InstructionTemplate template = tools.Table.Pick(random, family);
            int written = template.Write(random, tools.Mode, candidate);
            var bytes = new ReadOnlyMemory<byte>(candidate, 0, written);
            Instruction instruction = tools.Decoder.Decode(bytes, somewhere);
            if (instruction.IsInvalid || !InstructionRules.IsAllowed(instruction)
                || (instruction.RflagsRead & undefined) != 0
                || (number != 0 && NeedsKnownRegisters(instruction))
                || length + instruction.Length > code.Length
                || !tools.Decoder.IsPortable(instruction, bytes, somewhere))
            {
                continue;
            }
            PatchImmediate(random, tools.Decoder.Offsets(instruction), instruction, candidate);
            instruction = tools.Decoder.Decode(bytes, somewhere);
            if ((instruction.RflagsRead & undefined) != 0)
            {
                // What a rotation reads depends on its count.
                continue;
            }
            candidate.AsSpan(0, instruction.Length).CopyTo(code.AsSpan(length));
            length += instruction.Length;
            undefined = Latitude.After(instruction, undefined, null);
            number++;
            family = random.Percent(70) ? family : random.Pick<InstructionFamily>(_families);
            // What an image or an environment leaves open must not be loaded again.
            if (instruction.FlowControl != FlowControl.Next || Latitude.UndefinedMemory(instruction).Length != 0 || family == InstructionFamily.Wild)
            {
                break;
            }
        }
        cut = length > 1 && random.Percent(2);
        return length == 0 ? null : code.AsSpan(0, length).ToArray();
    }

    /// <summary>Random bytes of which the first instruction is allowed, or undefined for every vendor and generation.</summary>
    private static byte[]? Wild(JudgeRandom random, ModeTools tools)
    {
        byte[] code = new byte[16];
        random.Fill(code);
        if (random.Percent(60))
        {
            code[random.Below(3)] = 0x0F;
        }
        Instruction instruction = tools.Decoder.Decode(code, JudgeLayout.CodeBase);
        if (!tools.Decoder.IsPortable(instruction, code, JudgeLayout.CodeBase))
        {
            return null;
        }
        if (!instruction.IsInvalid)
        {
            return InstructionRules.IsAllowed(instruction) ? code.AsSpan(0, instruction.Length).ToArray() : null;
        }
        int opcode = 0;
        while (opcode < 14 && code[opcode] is 0x66 or 0x67 or 0xF0 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65)
        {
            opcode++;
        }
        // VEX, EVEX and XOP are instructions of the host which the guest's processor does not have.
        return code[opcode] is 0xC4 or 0xC5 or 0x62 or 0x8F or 0xD5 ? null : code;
    }

    /// <summary>Places the code, aims its operands and draws the registers; null when it could run for ever.</summary>
    private JudgeCase? Finish(JudgeRandom random, ModeTools tools, byte[] code, bool cut)
    {
        int offset = Place(random, code.Length);
        if (cut)
        {
            code = code[..^random.Between(1, Math.Min(code.Length - 1, 4))];
            offset = JudgeLayout.CodeBytes - code.Length;
        }
        ulong[] registers = new ulong[16];
        for (int register = 0; register < registers.Length; register++)
        {
            registers[register] = RegisterValues.Draw(random);
        }
        registers[4] = tools.Offset(JudgeLayout.StackBase) + (ulong)random.Between(0x100, 0xF00);
        registers[4] &= ~(random.Percent(90) ? 7UL : 0);
        var aim = new OperandAim(random, _memory, registers, tools);
        if (!aim.Apply(code, tools.CodeSegmentOffset + (ulong)offset))
        {
            return null;
        }
        if (tools.Mode == JudgeMode.Segmented)
        {
            registers[4] = (ushort)registers[4] | JudgeLayout.StackPointerRemainder;
        }
        if (tools.Mode != JudgeMode.Long)
        {
            for (int register = 0; register < registers.Length; register++)
            {
                registers[register] = (uint)registers[register];
            }
        }
        byte[] floating = new byte[FloatingImage.Bytes];
        FloatingImage.Fill(random, floating);
        return new JudgeCase
        {
            Mode = tools.Mode,
            Code = code,
            CodeOffset = offset,
            Registers = registers,
            Flags = JudgeCase.QuietFlags | (random.Next() & 0x8D5) | (random.Percent(25) ? 0x400UL : 0),
            Floating = floating,
            MemorySeed = _memorySeed,
        };
    }

    private static int Place(JudgeRandom random, int length) => random.Below(20) switch
    {
        0 or 1 => JudgeLayout.CodeBytes - length,
        2 or 3 => JudgeLayout.PageBytes - random.Below(length),
        4 => 0,
        _ => 0x800 + random.Below(64),
    };

    /// <summary>True where the rules need the value of a register or memory that an earlier instruction could change.</summary>
    private static bool NeedsKnownRegisters(in Instruction instruction) =>
        InstructionRules.UsesSelector(instruction) ||
        (instruction.Mnemonic is Mnemonic.Shld or Mnemonic.Shrd && instruction.Op1Register.GetSize() == 2)
        || Latitude.UndefinedMemory(instruction).Length != 0;

    private static void PatchImmediate(
        JudgeRandom random, ConstantOffsets offsets, in Instruction instruction, Span<byte> code)
    {
        bool branch = instruction.Op0Kind is OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64;
        if (!offsets.HasImmediate || branch || random.Percent(50))
        {
            return;
        }
        ulong value = RegisterValues.Edge(random);
        Span<byte> target = code.Slice(offsets.ImmediateOffset, offsets.ImmediateSize);
        Instruction before = instruction;
        if (before.Mnemonic is Mnemonic.Int or Mnemonic.Shld or Mnemonic.Shrd)
        {
            return;
        }
        for (int index = 0; index < target.Length; index++)
        {
            target[index] = (byte)(value >> (8 * index));
        }
    }
}
