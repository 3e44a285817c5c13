using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using ZstdSharp;

namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// The compressed kernel inside a bzImage. Its last four bytes are the size that it unpacks to, so the output is
/// allocated once and nothing can grow it.
/// </summary>
internal static class Payload
{
    private const int SizeBytes = sizeof(uint);
    private const uint GzipMagic = 0x8B1F;
    private const uint ZstdMagic = 0xFD2FB528;
    private const uint Lz4LegacyMagic = 0x184C2102;
    private const int GzipMagicMask = 0xFFFF;

    /// <summary>Decompresses by whatever method the payload's first bytes name.</summary>
    /// <exception cref="BootException">It is damaged, too large, or compressed in an unknown way.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2 * SizeBytes)
        {
            throw new BootException(BootError.Damaged, $"the kernel's payload has only {payload.Length} bytes");
        }
        byte[] output = new byte[OutputBytes(payload)];
        ReadOnlySpan<byte> input = payload[..^SizeBytes];
        int written;
        try
        {
            written = BinaryPrimitives.ReadUInt32LittleEndian(payload) switch
            {
                uint magic when (magic & GzipMagicMask) == GzipMagic => Gzip(payload, output),
                ZstdMagic => Zstd(input, output),
                Lz4LegacyMagic => Lz4(input[sizeof(uint)..], output),
                _ when XzDecoder.IsXz(payload) => XzDecoder.Decode(input, output),
                _ => throw new BootException(
                    BootError.UnknownCompression,
                    $"the kernel's payload is compressed in an unknown way (it starts with {Start(payload)})"),
            };
        }
        catch (Exception cause) when (cause is InvalidDataException or ZstdException or IOException)
        {
            throw new BootException(BootError.Damaged, $"the kernel's payload is damaged: {cause.Message}", cause);
        }
        return written == output.Length
            ? output
            : throw new BootException(
                BootError.Damaged, $"the kernel's payload is damaged: it has {written} bytes, not {output.Length}");
    }

    private static int OutputBytes(ReadOnlySpan<byte> payload)
    {
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(payload[^SizeBytes..]);
        long limit = Math.Min(KernelLimits.KernelBytes, (long)payload.Length * KernelLimits.Expansion);
        return bytes <= limit
            ? (int)bytes
            : throw new BootException(
                BootError.KernelTooLarge, $"the kernel would unpack to {bytes} bytes; at most {limit} are taken");
    }

    /// <summary>The size at the end is gzip's own trailer, so it belongs to the input.</summary>
    private static int Gzip(ReadOnlySpan<byte> input, Span<byte> output)
    {
        using MemoryStream stream = new(input.ToArray());
        using GZipStream decompressed = new(stream, CompressionMode.Decompress);
        return decompressed.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
    }

    private static int Zstd(ReadOnlySpan<byte> input, Span<byte> output)
    {
        using Decompressor decompressor = new();
        return decompressor.Unwrap(input, output);
    }

    /// <summary>
    /// The legacy frame: blocks of at most 8 MiB, each after its compressed size, until the input ends.
    /// </summary>
    private static int Lz4(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        while (input.Length > sizeof(uint) && written < output.Length)
        {
            uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(input);
            input = input[sizeof(uint)..];
            int decoded = bytes <= input.Length ? LZ4Codec.Decode(input[..(int)bytes], output[written..]) : -1;
            if (decoded <= 0)
            {
                throw new InvalidDataException($"the LZ4 block at byte {written} does not unpack");
            }
            input = input[(int)bytes..];
            written += decoded;
        }
        return written;
    }

    private static string Start(ReadOnlySpan<byte> payload) => Convert.ToHexStringLower(payload[..SizeBytes]);
}
