using System.Buffers.Binary;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>What stands before each frame in a buffer of virtio-net (Virtual I/O Device 1.2, 5.1.6).</summary>
/// <param name="NeedsChecksum">The checksum from <paramref name="ChecksumStart"/> on is to be completed.</param>
/// <param name="Segmentation">How the frame is to be cut.</param>
/// <param name="SegmentBytes">Payload of each piece.</param>
/// <param name="ChecksumStart">Offset in the frame of the first byte that the checksum covers.</param>
/// <param name="ChecksumField">Offset in the frame of the checksum.</param>
internal readonly record struct NetworkHeader(
    bool NeedsChecksum, NetworkHeader.Kind Segmentation, int SegmentBytes, int ChecksumStart, int ChecksumField)
{
    public const int LengthBytes = 12;

    private const byte ChecksumNeeded = 1;
    private const byte ChecksumRight = 2;
    private const byte CongestionNotification = 0x80;

    public enum Kind : byte { None = 0, Tcp4 = 1, Tcp6 = 4 }

    public static NetworkHeader Read(ReadOnlySpan<byte> bytes)
    {
        int start = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        return new NetworkHeader(
            (bytes[0] & ChecksumNeeded) != 0,
            (Kind)(bytes[1] & ~CongestionNotification),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            start,
            start + BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));
    }

    /// <summary>The header of a frame for the guest.</summary>
    public static void WriteReceived(Span<byte> bytes, bool hasRightChecksum, int buffers)
    {
        bytes[..LengthBytes].Clear();
        bytes[0] = hasRightChecksum ? ChecksumRight : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], (ushort)buffers);
    }
}
