using System.Globalization;
using System.Text;
using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>Says what a case is: its disassembly for a reader, and one line from which it can be made again.</summary>
public static class JudgeReport
{
    public static string Disassembly(JudgeCase test)
    {
        var formatter = new NasmFormatter();
        var output = new StringOutput();
        var decoder = new CodeDecoder(test.Mode);
        var text = new StringBuilder();
        for (int offset = 0; offset < test.Code.Length;)
        {
            Instruction instruction = decoder.Decode(test.Code.AsMemory(offset), test.CodeAddress + (ulong)offset);
            formatter.Format(instruction, output);
            text.Append(text.Length == 0 ? "" : "; ").Append(output.ToStringAndReset());
            offset += Math.Max(1, instruction.Length);
        }
        return text.ToString();
    }

    /// <summary>The mnemonic of the last instruction, by which differences are sorted once a case is as short as it gets.</summary>
    public static string Culprit(JudgeCase test)
    {
        var decoder = new CodeDecoder(test.Mode);
        string culprit = "";
        for (int offset = 0; offset < test.Code.Length;)
        {
            Instruction instruction = decoder.Decode(test.Code.AsMemory(offset), test.CodeAddress + (ulong)offset);
            culprit = instruction.Code.ToString();
            offset += Math.Max(1, instruction.Length);
        }
        return culprit;
    }

    /// <summary>A line for <see cref="RegressionCases"/>; what is at its default is left out.</summary>
    public static string Line(JudgeCase test)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{(int)test.Mode} {Convert.ToHexStringLower(test.Code)}");
        line.Append(CultureInfo.InvariantCulture, $" at={test.CodeOffset:x} flags={test.Flags:x} memory={test.MemorySeed:x}");
        for (int register = 0; register < 16; register++)
        {
            if (test.Registers[register] != 0)
            {
                line.Append(CultureInfo.InvariantCulture, $" {OutcomeComparison.RegisterName(register)}={test.Registers[register]:x}");
            }
        }
        byte[] initial = FloatingImage.Initial();
        bool[] used = UsedFloatingParts(test);
        for (int offset = 0; offset < FloatingImage.RegisterBytes; offset += 16)
        {
            ReadOnlySpan<byte> part = test.Floating.AsSpan(offset, 16);
            if (used[offset / 16] && !part.SequenceEqual(initial.AsSpan(offset, 16)))
            {
                line.Append(CultureInfo.InvariantCulture, $" fx{offset:x}={Convert.ToHexStringLower(part)}");
            }
        }
        return line.ToString();
    }

    public static JudgeCase Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ulong[] registers = new ulong[16];
        byte[] floating = FloatingImage.Initial();
        var test = new JudgeCase
        {
            Mode = (JudgeMode)int.Parse(words[0], CultureInfo.InvariantCulture),
            Code = Convert.FromHexString(words[1]),
            Registers = registers,
            Floating = floating,
        };
        foreach (string word in words.AsSpan(2))
        {
            (string name, string value) = (word[..word.IndexOf('=', StringComparison.Ordinal)], word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            switch (name)
            {
                case "at":
                    test = test with { CodeOffset = int.Parse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) };
                    break;
                case "flags":
                    test = test with { Flags = ParseHexadecimal(value) };
                    break;
                case "memory":
                    test = test with { MemorySeed = ParseHexadecimal(value) };
                    break;
                case var floats when floats.StartsWith("fx", StringComparison.Ordinal):
                    Convert.FromHexString(value).CopyTo(floating, (int)ParseHexadecimal(floats[2..]));
                    break;
                default:
                    registers[RegisterNumber(name)] = ParseHexadecimal(value);
                    break;
            }
        }
        return test;
    }

    /// <summary>Which sixteenths of the FXSAVE image can matter to the instructions of a case.</summary>
    private static bool[] UsedFloatingParts(JudgeCase test)
    {
        const int FirstVector = FloatingImage.FirstVectorRegister / 16;
        bool[] used = new bool[FloatingImage.RegisterBytes / 16];
        var decoder = new CodeDecoder(test.Mode);
        var information = new InstructionInfoFactory();
        for (int offset = 0; offset < test.Code.Length;)
        {
            Instruction instruction = decoder.Decode(test.Code.AsMemory(offset), test.CodeAddress + (ulong)offset);
            offset += Math.Max(1, instruction.Length);
            InstructionFamily family = InstructionRules.Family(instruction.Code);
            if (instruction.IsInvalid || instruction.IsSaveRestoreInstruction)
            {
                used.AsSpan().Fill(true);
            }
            if (family is InstructionFamily.FloatingPoint or InstructionFamily.Mmx)
            {
                used.AsSpan(0, FirstVector).Fill(true);
            }
            used[1] |= family == InstructionFamily.Sse;
            foreach (UsedRegister register in information.GetInfo(instruction).GetUsedRegisters())
            {
                if (register.Register.IsXMM())
                {
                    used[0] = used[1] = used[FirstVector + register.Register.GetNumber()] = true;
                }
            }
        }
        return used;
    }

    private static ulong ParseHexadecimal(string text) =>
        ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int RegisterNumber(string name)
    {
        for (int register = 0; register < 16; register++)
        {
            if (OutcomeComparison.RegisterName(register) == name)
            {
                return register;
            }
        }
        throw new FormatException($"{name} is no register.");
    }
}
