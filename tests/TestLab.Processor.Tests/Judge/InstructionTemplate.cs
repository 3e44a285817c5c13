using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>How one of Iced's codes is spelled in bytes; what it leaves open is drawn at random.</summary>
public sealed class InstructionTemplate
{
    private readonly OpCodeInfo _info;
    private readonly byte[] _opcode;
    private readonly byte? _mandatoryPrefix;
    private readonly bool _usesString;

    public InstructionTemplate(Code code)
    {
        _info = code.ToOpCode();
        Code = code;
        _mandatoryPrefix = _info.MandatoryPrefix switch
        {
            MandatoryPrefix.P66 => 0x66,
            MandatoryPrefix.PF3 => 0xF3,
            MandatoryPrefix.PF2 => 0xF2,
            _ => null,
        };
        byte[] escape = _info.Table switch
        {
            OpCodeTableKind.T0F => [0x0F],
            OpCodeTableKind.T0F38 => [0x0F, 0x38],
            OpCodeTableKind.T0F3A => [0x0F, 0x3A],
            _ => [],
        };
        byte[] last = _info.OpCodeLength == 2
            ? [(byte)(_info.OpCode >> 8), (byte)_info.OpCode]
            : [(byte)_info.OpCode];
        _opcode = [.. escape, .. last];
        _usesString = _info.CanUseRepPrefix || _info.CanUseRepnePrefix;
    }

    public Code Code { get; }

    /// <summary>Writes prefixes, opcode and enough random bytes for every operand; the decoder tells how many count.</summary>
    public int Write(JudgeRandom random, JudgeMode mode, Span<byte> target)
    {
        int length = WritePrefixes(random, mode, target);
        if (mode == JudgeMode.Long)
        {
            bool wide = _info.OperandSize == 64 && !_info.DefaultOpSize64;
            if (wide || random.Percent(40))
            {
                int w = wide || (_info.OperandSize == 0 && random.Percent(25)) ? 8 : 0;
                target[length++] = (byte)(0x40 | w | random.Below(8));
            }
        }
        _opcode.CopyTo(target[length..]);
        length += _opcode.Length;
        int modRm = length;
        random.Fill(target.Slice(length, 14));
        int mod = random.Percent(40) ? 3 : random.Below(3);
        target[modRm] = (byte)((target[modRm] & 0x3F) | (mod << 6));
        if (_info.IsGroup)
        {
            target[modRm] = (byte)((target[modRm] & 0xC7) | (_info.GroupIndex << 3));
        }
        if (_info.IsRmGroup)
        {
            target[modRm] = (byte)((target[modRm] & 0x38) | 0xC0 | _info.RmGroupIndex);
        }
        return length + 14;
    }

    private int WritePrefixes(JudgeRandom random, JudgeMode mode, Span<byte> target)
    {
        int length = 0;
        if (random.Percent(6))
        {
            target[length++] = random.Pick<byte>([0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x2E, 0x36, 0x3E, 0x26, 0x2E, 0x67]);
        }
        if (random.Percent(mode == JudgeMode.Long ? 5 : 1))
        {
            target[length++] = random.Pick<byte>([0x64, 0x65]);
        }
        if (_info.CanUseLockPrefix && random.Percent(25))
        {
            target[length++] = 0xF0;
        }
        if (_usesString && random.Percent(50))
        {
            target[length++] = random.Pick<byte>([0xF2, 0xF3]);
        }
        if (_info.OperandSize == (mode == JudgeMode.Segmented ? 32 : 16))
        {
            target[length++] = 0x66;
        }
        if ((mode == JudgeMode.Long && _info.AddressSize == 32) || (mode == JudgeMode.Compatibility && _info.AddressSize == 16)
            || (mode == JudgeMode.Segmented && _info.AddressSize == 32))
        {
            target[length++] = 0x67;
        }
        if (_mandatoryPrefix is { } prefix)
        {
            target[length++] = prefix;
        }
        return length;
    }
}
