using System.Buffers.Binary;

namespace TestLab.Machines.Boot.Decompression;

/// <summary>The CRC-32 of IEEE 802.3, four bytes a step.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Tables = 4;
    private const int TableEntries = 256;

    // Table n holds what a byte contributes after n more bytes.
    private static readonly uint[] _contributions = Contributions();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint[] table = _contributions;
        uint crc = uint.MaxValue;
        while (bytes.Length >= sizeof(uint))
        {
            crc ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = table[3 * TableEntries + (byte)crc]
                ^ table[2 * TableEntries + (byte)(crc >> 8)]
                ^ table[TableEntries + (byte)(crc >> 16)]
                ^ table[(byte)(crc >> 24)];
            bytes = bytes[sizeof(uint)..];
        }
        foreach (byte value in bytes)
        {
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static uint[] Contributions()
    {
        uint[] table = new uint[Tables * TableEntries];
        for (uint value = 0; value < TableEntries; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
            table[value] = crc;
        }
        for (int index = TableEntries; index < table.Length; index++)
        {
            uint previous = table[index - TableEntries];
            table[index] = (previous >> 8) ^ table[(byte)previous];
        }
        return table;
    }
}
