using System.Buffers.Binary;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Machines.Control;

/// <summary>
/// The form of what travels on the control port: a header of four words (magic and kind; channel; payload bytes;
/// check), then the payload, padded with zeros to whole words. Little endian. The guest's side is assembled by
/// <c>TestLab.Images.Agent</c>.
/// </summary>
internal static class ControlFrame
{
    public const int Version = 1;
    public const ushort Magic = 0x4C54; // "TL"
    public const int HeaderBytes = 16;
    public const int HelloBytes = 16;

    /// <summary>The longest payload that a guest may send.</summary>
    public const int GuestPayloadMax = (32 << 10) - HeaderBytes;

    /// <summary>The longest payload that the agent takes.</summary>
    public const int HostPayloadMax = 160 << 10;

    private const uint CheckStart = 0x811C9DC5;
    private const uint CheckFactor = 16777619;

    public static int PaddedLength(int payloadBytes) => (payloadBytes + 3) & ~3;

    public static void Send(IByteSink port, ControlFrameKind kind, uint channel, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[HeaderBytes + PaddedLength(payload.Length)];
        BinaryPrimitives.WriteUInt16LittleEndian(frame, Magic);
        frame[2] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), channel);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12), Check(frame));
        port.Write(frame);
    }

    /// <summary>The check of a whole frame, padding included; the check's own word does not count.</summary>
    public static uint Check(ReadOnlySpan<byte> frame)
    {
        uint check = CheckStart;
        for (int offset = 0; offset < frame.Length; offset += 4)
        {
            if (offset == 12) continue;
            check = (check ^ BinaryPrimitives.ReadUInt32LittleEndian(frame[offset..])) * CheckFactor;
        }

        return check;
    }
}
