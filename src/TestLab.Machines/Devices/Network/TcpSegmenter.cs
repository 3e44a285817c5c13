using System.Buffers.Binary;

namespace TestLab.Machines.Devices.Network;

/// <summary>Cuts what a guest handed over as one large TCP segment into frames of the link, as network hardware does.</summary>
/// <remarks>
/// Each frame has the guest's headers with its own length, IPv4 identification (one more each), sequence number and
/// checksums; FIN and PSH go with the last, CWR with the first. The pieces are built in place: the headers go in front
/// of each piece, over bytes that have been sent, so nothing is copied but them.
/// </remarks>
public ref struct TcpSegmenter
{
    /// <summary>No smaller segments: a guest cannot make the host send thousands of frames for one.</summary>
    public const int SegmentMinimumBytes = 48;

    /// <summary>Ethernet with two tags, and IP and TCP with all options.</summary>
    private const int HeaderLimitBytes = 14 + 8 + 60 + 60;

    private const int TcpHeaderBytes = 20;
    private const byte Fin = 0x01;
    private const byte Push = 0x08;
    private const byte CongestionReduced = 0x80;

    private readonly Span<byte> _frame;
    private readonly PacketHeaders _headers;
    private readonly int _headerBytes;
    private readonly int _segmentBytes;
    private readonly uint _sequence;
    private readonly ushort _identification;
    private readonly byte _flags;
    private HeaderBuffer _header;
    private int _done;
    private int _count;

    private TcpSegmenter(Span<byte> frame, PacketHeaders headers, int headerBytes, int segmentBytes)
    {
        _frame = frame;
        (_headers, _headerBytes, _segmentBytes) = (headers, headerBytes, segmentBytes);
        _sequence = BinaryPrimitives.ReadUInt32BigEndian(frame[(headers.Transport + 4)..]);
        _flags = frame[headers.Transport + 13];
        if (!headers.IsVersion6) _identification = BinaryPrimitives.ReadUInt16BigEndian(frame[(headers.Network + 4)..]);
        frame[..headerBytes].CopyTo(_header);
    }

    /// <summary>Looks at the headers; false where they are not those of a TCP segment of the version.</summary>
    /// <param name="frame">The guest's large frame; overwritten by the pieces.</param>
    /// <param name="isVersion6">What the guest says it is.</param>
    /// <param name="segmentBytes">Payload of each piece but the last.</param>
    /// <param name="segmenter">Gives the pieces.</param>
    public static bool TryBegin(Span<byte> frame, bool isVersion6, int segmentBytes, out TcpSegmenter segmenter)
    {
        segmenter = default;
        if (segmentBytes < SegmentMinimumBytes || !PacketHeaders.TryFind(frame, out PacketHeaders headers, isWhole: false)) return false;
        if (headers.IsVersion6 != isVersion6 || headers.Protocol != PacketHeaders.Tcp || headers.IsFragment) return false;
        if (headers.Transport + TcpHeaderBytes > frame.Length) return false;
        int tcpBytes = (frame[headers.Transport + 12] >> 4) * 4;
        int headerBytes = headers.Transport + tcpBytes;
        if (tcpBytes < TcpHeaderBytes || headerBytes >= frame.Length) return false;
        segmenter = new TcpSegmenter(frame, headers, headerBytes, segmentBytes);
        return true;
    }

    /// <summary>The next piece, a whole frame; false after the last.</summary>
    public bool TryNext(out ReadOnlySpan<byte> piece)
    {
        int length = Math.Min(_segmentBytes, _frame.Length - _headerBytes - _done);
        if (length <= 0)
        {
            piece = default;
            return false;
        }

        Span<byte> frame = _frame.Slice(_done, _headerBytes + length);
        ((ReadOnlySpan<byte>)_header)[.._headerBytes].CopyTo(frame);
        WriteNetworkHeader(frame);
        WriteTransportHeader(frame, isLast: _done + length == _frame.Length - _headerBytes);
        _done += length;
        _count++;
        piece = frame;
        return true;
    }

    private readonly void WriteNetworkHeader(Span<byte> frame)
    {
        Span<byte> header = frame[_headers.Network.._headers.Transport];
        int length = frame.Length - _headers.Network;
        if (_headers.IsVersion6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(length - header.Length));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(_identification + _count));
        header[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
    }

    private readonly void WriteTransportHeader(Span<byte> frame, bool isLast)
    {
        Span<byte> segment = frame[_headers.Transport..];
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], _sequence + (uint)_done);
        byte flags = _flags;
        if (!isLast) flags &= unchecked((byte)~(Fin | Push));
        if (_done > 0) flags &= unchecked((byte)~CongestionReduced);
        segment[13] = flags;
        segment[16..18].Clear();
        ulong sum = _headers.PseudoHeaderSum(frame, segment.Length) + InternetChecksum.Sum(segment);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], InternetChecksum.Finish(sum));
    }

    [System.Runtime.CompilerServices.InlineArray(HeaderLimitBytes)]
    private struct HeaderBuffer
    {
        private byte _first;
    }
}
