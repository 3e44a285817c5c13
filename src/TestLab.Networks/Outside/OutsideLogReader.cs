using System.Buffers.Binary;
using System.Text;
using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>Reads a log of the outside, entry by entry, and checks its chain.</summary>
public sealed class OutsideLogReader
{
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[sizeof(int) + OutsideLogFormat.EntryLimitBytes + OutsideLogFormat.LinkBytes];
    private byte[] _link = [];
    private OutsideLogEntry? _next;
    private bool _hasNext;

    /// <param name="stream">The caller's, who disposes of it.</param>
    /// <exception cref="OutsideLogException">It is no log, of a newer version, or damaged at its head.</exception>
    public OutsideLogReader(Stream stream)
    {
        _stream = stream;
        Name = ReadHead();
    }

    /// <summary>What was recorded.</summary>
    public string Name { get; }

    /// <summary>
    /// The end of the last entry is missing: whoever recorded was interrupted. Everything before it is good; known when
    /// the end was reached.
    /// </summary>
    public bool IsTorn { get; private set; }

    /// <summary>The next entry; null at the end.</summary>
    /// <exception cref="OutsideLogException">An entry is not what was written.</exception>
    public OutsideLogEntry? Peek()
    {
        if (!_hasNext) (_next, _hasNext) = (ReadEntry(), true);
        return _next;
    }

    public void Skip()
    {
        if (Peek() is not null) _hasNext = false;
    }

    private string ReadHead()
    {
        int fixedBytes = OutsideLogFormat.HeadBytes + sizeof(int);
        if (Fill(0, fixedBytes) < fixedBytes || !_buffer.AsSpan().StartsWith(OutsideLogFormat.Magic))
            throw new OutsideLogException("This is no log of the outside.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(OutsideLogFormat.Magic.Length));
        if (version != OutsideLogFormat.Version)
            throw new OutsideLogException(
                $"The log of the outside has version {version}; this program reads {OutsideLogFormat.Version}.");
        int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(OutsideLogFormat.HeadBytes));
        if (length is < 0 or > OutsideLogFormat.NameLimitBytes) throw new OutsideLogException();
        int rest = length + OutsideLogFormat.LinkBytes;
        if (Fill(fixedBytes, rest) < rest) throw new OutsideLogException("The log of the outside ends in its head.");
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, fixedBytes + length);
        _link = OutsideLogFormat.Link([], head);
        if (!_buffer.AsSpan(head.Length, OutsideLogFormat.LinkBytes).SequenceEqual(_link)) throw new OutsideLogException();
        return Encoding.UTF8.GetString(head[fixedBytes..]);
    }

    private OutsideLogEntry? ReadEntry()
    {
        int got = Fill(0, sizeof(int));
        if (got == 0) return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer);
        const int shortest = OutsideLogFormat.StampBytes + OutsideMessage.HeadBytes;
        if (got < sizeof(int)) return Torn();
        if (length is < shortest or > OutsideLogFormat.EntryLimitBytes) return DamagedOrTorn();
        int rest = length + OutsideLogFormat.LinkBytes;
        if (Fill(sizeof(int), rest) < rest) return Torn();
        ReadOnlySpan<byte> entry = _buffer.AsSpan(0, sizeof(int) + length);
        byte[] link = OutsideLogFormat.Link(_link, entry);
        if (!_buffer.AsSpan(entry.Length, OutsideLogFormat.LinkBytes).SequenceEqual(link)) return DamagedOrTorn();
        _link = link;
        ReadOnlySpan<byte> body = entry[sizeof(int)..];
        var time = new VirtualTime(BinaryPrimitives.ReadInt64LittleEndian(body));
        bool isRequest = body[OutsideLogFormat.StampBytes - 1] != 0;
        return new OutsideLogEntry(time, isRequest, OutsideMessage.Read(body[OutsideLogFormat.StampBytes..]));
    }

    /// <summary>A wrong last entry may be half written; a wrong one in the middle is damage.</summary>
    private OutsideLogEntry? DamagedOrTorn() =>
        Fill(0, 1) == 0 ? Torn() : throw new OutsideLogException("The log of the outside is damaged in its middle.");

    private OutsideLogEntry? Torn()
    {
        IsTorn = true;
        return null;
    }

    private int Fill(int offset, int count) =>
        _stream.ReadAtLeast(_buffer.AsSpan(offset, count), count, throwOnEndOfStream: false);
}
