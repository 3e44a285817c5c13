using System.Buffers.Binary;
using System.Numerics;

namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// Turns the absolute targets of CALL and JMP, which compress well, back into the relative ones of x86 code (the x86
/// BCJ filter of the .xz format).
/// </summary>
internal static class X86BranchFilter
{
    private const int OperandBytes = 4;

    // Operands are 25 bits wide with sign: their highest byte is 00 or FF.
    private const uint SignBit = 0x01000000;

    // What an encoder wrote settles in two turns; code that none wrote must not turn for ever.
    private const int MaximumTurns = 4;

    /// <summary>Decodes in place; the first byte of the code has the given address.</summary>
    public static void Decode(Span<byte> code, uint start)
    {
        // Bit n is set when an opcode that was left alone stands n + 1 bytes back: its operand overlaps the next one.
        uint passed = 0;
        int previous = -1;
        for (int position = 0; position < code.Length - OperandBytes; position++)
        {
            if ((code[position] & 0xFE) != 0xE8)
            {
                continue;
            }
            int distance = position - previous;
            previous = position;
            passed = distance > 3 ? 0 : (passed << (distance - 1)) & 7;
            if (IsAmbiguous(code[position..], passed) || !IsSign(code[position + OperandBytes]))
            {
                passed = (passed << 1) | 1;
                continue;
            }
            Span<byte> operand = code.Slice(position + 1, OperandBytes);
            uint next = start + (uint)position + 1 + OperandBytes;
            BinaryPrimitives.WriteUInt32LittleEndian(
                operand, Relative(BinaryPrimitives.ReadUInt32LittleEndian(operand), next, passed));
            // An operand holds no opcode; the bytes after it see this opcode as far away as the encoder did.
            position += OperandBytes;
        }
    }

    /// <summary>More than one overlapping opcode, or one whose own operand the encoder would have taken.</summary>
    private static bool IsAmbiguous(ReadOnlySpan<byte> code, uint passed)
        => passed != 0
            && (!BitOperations.IsPow2(passed) || IsSign(code[OperandBytes - Overlap(passed)]));

    private static uint Relative(uint target, uint next, uint passed)
    {
        uint relative = target - next;
        if (passed != 0)
        {
            int shift = Overlap(passed) * 8;
            for (int turn = 0; turn < MaximumTurns && IsSign((byte)(relative >> (24 - shift))); turn++)
            {
                relative = (relative ^ ((1u << (32 - shift)) - 1)) - next;
            }
        }
        relative &= 2 * SignBit - 1;
        return relative | (0 - (relative & SignBit));
    }

    /// <summary>How many bytes of this operand belong to the overlapping one too.</summary>
    private static int Overlap(uint passed) => BitOperations.Log2(passed) + 1;

    private static bool IsSign(byte value) => value is 0x00 or 0xFF;
}
