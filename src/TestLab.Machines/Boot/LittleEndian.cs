using System.Buffers.Binary;

namespace TestLab.Machines.Boot;

/// <summary>
/// Reads fields of a file that may be cut short anywhere: a read beyond its end is a truncated file.
/// </summary>
internal readonly ref struct LittleEndian(ReadOnlySpan<byte> bytes, string what)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public byte UInt8(long offset) => Slice(offset, 1)[0];

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, sizeof(ushort)));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, sizeof(uint)));

    public ulong UInt64(long offset) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, sizeof(ulong)));

    /// <summary>A part of the file.</summary>
    /// <exception cref="BootException">The file ends before.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long length)
        => offset >= 0 && length >= 0 && offset <= _bytes.Length - length
            ? _bytes.Slice((int)offset, (int)length)
            : throw new BootException(
                BootError.Truncated, $"{what} is cut short: it has {_bytes.Length} bytes and needs those up to "
                    + $"{(UInt128)(ulong)offset + (ulong)length}");
}
