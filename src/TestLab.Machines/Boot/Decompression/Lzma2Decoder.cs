using System.Buffers.Binary;

namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// The chunks of an LZMA2 stream. The output is the dictionary, so a match can reach back as far as anything was
/// written since the last dictionary reset, and no second copy is kept.
/// </summary>
internal static class Lzma2Decoder
{
    private const byte EndOfStream = 0;
    private const byte RawAfterDictionaryReset = 1;
    private const byte Raw = 2;
    private const byte Compressed = 0x80;

    // What a compressed chunk starts anew, in bits 5 and 6 of its control byte; each includes those before.
    private const int ResetState = 1;
    private const int ResetProperties = 2;
    private const int ResetDictionary = 3;

    /// <summary>Decodes up to the end marker; gives the bytes read.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged, or has more than the output holds.</exception>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        LzmaDecoder decoder = new();
        int position = 0;
        int dictionaryStart = 0;
        bool hasDictionary = false;
        written = 0;
        while (true)
        {
            byte control = Take(input, ref position, 1)[0];
            if (control == EndOfStream)
            {
                return position;
            }
            int reset = (control >> 5) & 3;
            if (control == RawAfterDictionaryReset || (control >= Compressed && reset == ResetDictionary))
            {
                dictionaryStart = written;
                hasDictionary = true;
            }
            if (!hasDictionary || (control < Compressed && control > Raw))
            {
                throw new InvalidDataException($"an LZMA2 chunk starts with {control:x2}");
            }
            ReadOnlySpan<byte> header = Take(input, ref position, 2);
            int bytes = BinaryPrimitives.ReadUInt16BigEndian(header) + 1
                + (control >= Compressed ? (control & 0x1F) << 16 : 0);
            if (bytes > output.Length - written)
            {
                throw new InvalidDataException("there is more than the size at its end says");
            }
            if (control < Compressed)
            {
                Take(input, ref position, bytes).CopyTo(output[written..]);
            }
            else
            {
                int compressedBytes = BinaryPrimitives.ReadUInt16BigEndian(Take(input, ref position, 2)) + 1;
                if (reset >= ResetProperties)
                {
                    decoder.SetProperties(Take(input, ref position, 1)[0]);
                }
                else if (reset == ResetState)
                {
                    decoder.ResetState();
                }
                decoder.Decode(
                    Take(input, ref position, compressedBytes),
                    output[dictionaryStart..(written + bytes)],
                    written - dictionaryStart);
            }
            written += bytes;
        }
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> input, ref int position, int bytes)
    {
        if (bytes > input.Length - position)
        {
            throw new InvalidDataException("the LZMA2 stream is cut short");
        }
        position += bytes;
        return input.Slice(position - bytes, bytes);
    }
}
