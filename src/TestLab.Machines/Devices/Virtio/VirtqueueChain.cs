using TestLab.Processor.Memory;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>The buffers of one request: first those the device reads, then those it writes, each used from its front.</summary>
/// <remarks>All segments lie in RAM when the chain has been taken, so neither direction can fail later.</remarks>
public sealed class VirtqueueChain(GuestMemory memory)
{
    private readonly List<Segment> _readable = [];
    private readonly List<Segment> _writable = [];
    private int _readAt;
    private int _writeAt;

    private readonly record struct Segment(ulong Address, uint Length);

    /// <summary>The first descriptor, by which the request is completed.</summary>
    public ushort Head { get; private set; }

    /// <summary>Bytes the device may still read.</summary>
    public ulong ReadableBytes { get; private set; }

    /// <summary>Bytes the device may still write.</summary>
    public ulong WritableBytes { get; private set; }

    /// <summary>Bytes the device has written.</summary>
    public uint WrittenBytes { get; private set; }

    internal bool HasWritable => _writable.Count > 0;

    internal void Begin(ushort head)
    {
        Head = head;
        _readable.Clear();
        _writable.Clear();
        (_readAt, _writeAt, ReadableBytes, WritableBytes, WrittenBytes) = (0, 0, 0, 0, 0);
    }

    internal void Add(ulong address, uint length, bool isWritable)
    {
        (isWritable ? _writable : _readable).Add(new Segment(address, length));
        if (isWritable) WritableBytes += length;
        else ReadableBytes += length;
    }

    /// <summary>Reads the next bytes; fewer than asked for at the end.</summary>
    public int Read(Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && _readAt < _readable.Count)
        {
            Segment segment = _readable[_readAt];
            int length = (int)Math.Min(segment.Length, (uint)(destination.Length - done));
            memory.TryRead(segment.Address, destination.Slice(done, length));
            Advance(_readable, ref _readAt, length);
            done += length;
        }

        ReadableBytes -= (uint)done;
        return done;
    }

    /// <summary>Writes the next bytes; returns how many had room.</summary>
    public int Write(ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length && _writeAt < _writable.Count)
        {
            Segment segment = _writable[_writeAt];
            int length = (int)Math.Min(segment.Length, (uint)(source.Length - done));
            memory.TryWrite(segment.Address, source.Slice(done, length));
            Advance(_writable, ref _writeAt, length);
            done += length;
        }

        WritableBytes -= (uint)done;
        WrittenBytes += (uint)done;
        return done;
    }

    private static void Advance(List<Segment> segments, ref int at, int length)
    {
        Segment segment = segments[at];
        segments[at] = new Segment(segment.Address + (uint)length, segment.Length - (uint)length);
        if (segment.Length == (uint)length) at++;
    }
}
