namespace TestLab.Machines.Devices.Network;

/// <summary>Frames that wait, first come first served, up to a number; their buffers are used again.</summary>
internal sealed class FrameQueue(int limit)
{
    /// <summary>An Ethernet frame with any tags; buffers grow for larger ones.</summary>
    private const int UsualBytes = 2_048;

    private readonly (byte[] Buffer, int Length)[] _frames = new (byte[], int)[limit];
    private int _first;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> First => _frames[_first].Buffer.AsSpan(0, _frames[_first].Length);

    /// <summary>Keeps a copy; false when the queue is full.</summary>
    public bool TryAdd(ReadOnlySpan<byte> frame)
    {
        if (Count == limit) return false;
        ref (byte[] Buffer, int Length) place = ref _frames[(_first + Count) % limit];
        if (place.Buffer is null || place.Buffer.Length < frame.Length) place.Buffer = new byte[Math.Max(UsualBytes, frame.Length)];
        frame.CopyTo(place.Buffer);
        place.Length = frame.Length;
        Count++;
        return true;
    }

    public void RemoveFirst()
    {
        _first = (_first + 1) % limit;
        Count--;
    }

    public void Clear() => (_first, Count) = (0, 0);

    /// <summary>Copies of all frames in their order.</summary>
    public IEnumerable<byte[]> Copy()
    {
        for (int index = 0; index < Count; index++)
        {
            (byte[] buffer, int length) = _frames[(_first + index) % limit];
            yield return buffer[..length];
        }
    }
}
