using System.Buffers.Binary;

namespace TestLab.Machines.Control;

/// <summary>Cuts a guest's bytes into frames; it holds one frame's bytes at most, whatever the guest sends.</summary>
internal sealed class ControlFrameReader
{
    private byte[] _held = [];

    /// <summary>What came of a frame that is not complete.</summary>
    public byte[] Held { get => [.. _held]; set => _held = [.. value]; }

    public delegate ControlFault Handler(ControlFrameKind kind, uint channel, ReadOnlySpan<byte> payload);

    /// <summary>Hands each complete frame on; stops at the first that is none, or that is refused.</summary>
    public ControlFault Feed(ReadOnlySpan<byte> bytes, Handler handler)
    {
        ReadOnlySpan<byte> left = _held.Length == 0 ? bytes : [.. _held, .. bytes];
        _held = [];
        while (left.Length >= ControlFrame.HeaderBytes)
        {
            if (FaultOf(left) is var fault and not ControlFault.None) return fault;
            int payloadBytes = BinaryPrimitives.ReadInt32LittleEndian(left[8..]);
            int frameBytes = ControlFrame.HeaderBytes + ControlFrame.PaddedLength(payloadBytes);
            if (left.Length < frameBytes) break;
            if (ControlFrame.Check(left[..frameBytes]) != BinaryPrimitives.ReadUInt32LittleEndian(left[12..]))
            {
                return ControlFault.Damaged;
            }

            ReadOnlySpan<byte> payload = left.Slice(ControlFrame.HeaderBytes, payloadBytes);
            uint channel = BinaryPrimitives.ReadUInt32LittleEndian(left[4..]);
            ControlFault refused = handler((ControlFrameKind)left[2], channel, payload);
            if (refused != ControlFault.None) return refused;
            left = left[frameBytes..];
        }

        _held = left.ToArray();
        return ControlFault.None;
    }

    /// <summary>Drops everything up to the hello that repeats a word; gives what follows its start, or nothing yet.</summary>
    public ReadOnlySpan<byte> Seek(ReadOnlySpan<byte> bytes, ulong word)
    {
        const int length = ControlFrame.HeaderBytes + ControlFrame.HelloBytes;
        byte[] all = [.. _held, .. bytes];
        ReadOnlySpan<byte> left = all;
        _held = [];
        for (; left.Length >= length; left = left[1..])
        {
            if (FaultOf(left) == ControlFault.None
                && left[2] == (byte)ControlFrameKind.Hello
                && BinaryPrimitives.ReadInt32LittleEndian(left[8..]) == ControlFrame.HelloBytes
                && BinaryPrimitives.ReadUInt64LittleEndian(left[ControlFrame.HeaderBytes..]) == word
                && ControlFrame.Check(left[..length]) == BinaryPrimitives.ReadUInt32LittleEndian(left[12..]))
            {
                return left;
            }
        }

        _held = left.ToArray();
        return [];
    }

    private static ControlFault FaultOf(ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(header) != ControlFrame.Magic || header[3] != 0)
        {
            return ControlFault.NotAFrame;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) > ControlFrame.GuestPayloadMax
            ? ControlFault.FrameTooLong
            : ControlFault.None;
    }
}
