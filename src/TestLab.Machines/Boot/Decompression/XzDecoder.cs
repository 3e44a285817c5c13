using System.Buffers.Binary;

namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// Decodes one .xz stream into memory (The .xz File Format, version 1.1.0), with the filters that kernels are packed
/// with: LZMA2, and before it the x86 branch filter.
/// </summary>
internal static class XzDecoder
{
    private const int StreamHeaderBytes = 12;
    private const int CheckKindOffset = 7;
    private const int CheckKindCrc32 = 1;
    private const int FilterX86 = 0x04;
    private const int FilterLzma2 = 0x21;
    private const int MaximumFilters = 4;
    private const byte HasCompressedSize = 0x40;
    private const byte HasUncompressedSize = 0x80;
    private const int Alignment = 4;

    // How many bytes the check of each kind takes (section 2.1.1.2 of the format).
    private static ReadOnlySpan<byte> CheckBytes => [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

    private static ReadOnlySpan<byte> Magic => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00];

    public static bool IsXz(ReadOnlySpan<byte> input) => input.StartsWith(Magic);

    /// <summary>Decodes all blocks; gives the bytes written.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged, or has more than the output holds.</exception>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Require(input.Length > StreamHeaderBytes, "the stream header is cut short");
        int checkKind = input[CheckKindOffset] & 0xF;
        int position = StreamHeaderBytes;
        int written = 0;
        // A zero where a block's header would start is the index: all blocks are behind.
        while (position < input.Length && input[position] != 0)
        {
            bool isBranchFiltered = ReadBlockHeader(input, ref position, out uint branchStart);
            int consumed = Lzma2Decoder.Decode(input[position..], output[written..], out int decoded);
            Span<byte> block = output.Slice(written, decoded);
            if (isBranchFiltered)
            {
                X86BranchFilter.Decode(block, branchStart);
            }
            position += consumed;
            position = (position + Alignment - 1) & -Alignment;
            if (checkKind == CheckKindCrc32)
            {
                Require(position + sizeof(uint) <= input.Length, "a block's check is cut short");
                uint expected = BinaryPrimitives.ReadUInt32LittleEndian(input[position..]);
                Require(Crc32.Of(block) == expected, "a block's check is wrong");
            }
            position += CheckBytes[checkKind];
            written += decoded;
        }
        return written;
    }

    private static bool ReadBlockHeader(ReadOnlySpan<byte> input, ref int position, out uint branchStart)
    {
        int size = (input[position] + 1) * Alignment;
        Require(size <= input.Length - position, "a block header is cut short");
        ReadOnlySpan<byte> header = input.Slice(position, size);
        position += size;
        uint check = BinaryPrimitives.ReadUInt32LittleEndian(header[^sizeof(uint)..]);
        header = header[..^sizeof(uint)];
        Require(Crc32.Of(header) == check, "a block header's check is wrong");
        byte flags = header[1];
        int filters = (flags & (MaximumFilters - 1)) + 1;
        int field = 2;
        if ((flags & HasCompressedSize) != 0)
        {
            ReadNumber(header, ref field);
        }
        if ((flags & HasUncompressedSize) != 0)
        {
            ReadNumber(header, ref field);
        }
        return ReadFilters(header, field, filters, out branchStart);
    }

    private static bool ReadFilters(ReadOnlySpan<byte> header, int field, int filters, out uint branchStart)
    {
        branchStart = 0;
        bool isBranchFiltered = false;
        for (int index = 0; index < filters; index++)
        {
            ulong filter = ReadNumber(header, ref field);
            int bytes = (int)Math.Min(ReadNumber(header, ref field), int.MaxValue);
            Require(bytes <= header.Length - field, "a filter's properties are cut short");
            ReadOnlySpan<byte> properties = header.Slice(field, bytes);
            field += bytes;
            bool isLast = index == filters - 1;
            Require(
                isLast ? filter == FilterLzma2 : filter == FilterX86 && !isBranchFiltered,
                $"filter {filter:x} is not one that kernels use");
            if (!isLast)
            {
                isBranchFiltered = true;
                branchStart = bytes == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(properties) : 0;
            }
        }
        return isBranchFiltered;
    }

    /// <summary>A number in groups of seven bits, lowest first.</summary>
    private static ulong ReadNumber(ReadOnlySpan<byte> header, ref int field)
    {
        ulong value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            Require(field < header.Length, "a block header ends in a number");
            byte group = header[field++];
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
        throw new InvalidDataException("a number has too many digits");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }
}
