using System.Numerics;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>The frames that wait in one direction, in buffers that are used over and over.</summary>
/// <remarks>Frames are named by numbers; a number is given again once its frame has been freed.</remarks>
internal sealed class FrameStore
{
    /// <summary>The end of a list.</summary>
    public const int None = -1;

    private const int SmallestBufferBits = 6;
    private const int BufferSizes = 12;

    /// <summary>Bytes kept for later in each size of buffer; more are left to the collector.</summary>
    private const int KeptBytes = 1 << 22;

    private readonly Stack<byte[]>[] _buffers = [.. Enumerable.Range(0, BufferSizes).Select(_ => new Stack<byte[]>())];
    private Entry[] _entries = new Entry[16];
    private int _free = None;
    private int _used;

    /// <summary>Copies a frame in.</summary>
    public int Add(ReadOnlySpan<byte> frame, int countedBytes, VirtualTime arrival)
    {
        int number = _free;
        if (number == None)
        {
            if (_used == _entries.Length) Array.Resize(ref _entries, 2 * _used);
            number = _used++;
        }
        else
        {
            _free = _entries[number].Next;
        }

        int size = SizeOf(frame.Length);
        byte[] buffer = _buffers[size].TryPop(out byte[]? kept) ? kept : new byte[1 << (size + SmallestBufferBits)];
        frame.CopyTo(buffer);
        _entries[number] = new Entry(buffer, frame.Length, countedBytes, arrival, None);
        return number;
    }

    public void Free(int number)
    {
        ref Entry entry = ref _entries[number];
        int size = SizeOf(entry.Length);
        if ((long)_buffers[size].Count << (size + SmallestBufferBits) < KeptBytes) _buffers[size].Push(entry.Buffer);
        entry = new Entry([], 0, 0, VirtualTime.Zero, _free);
        _free = number;
    }

    /// <summary>May be written, as a congestion mark is.</summary>
    public Span<byte> Content(int number) => _entries[number].Buffer.AsSpan(0, _entries[number].Length);

    public int CountedBytes(int number) => _entries[number].CountedBytes;

    public VirtualTime Arrival(int number) => _entries[number].Arrival;

    public int Next(int number) => _entries[number].Next;

    public void Link(int number, int next) => _entries[number] = _entries[number] with { Next = next };

    private static int SizeOf(int length) =>
        Math.Max(0, BitOperations.Log2((uint)Math.Max(1, length - 1)) + 1 - SmallestBufferBits);

    private readonly record struct Entry(byte[] Buffer, int Length, int CountedBytes, VirtualTime Arrival, int Next);
}
