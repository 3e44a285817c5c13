using System.Text;

namespace TestLab.Labs.Running;

/// <summary>Output of a guest with a bound: the beginning and the end are kept, and what was between is said to be missing.</summary>
internal sealed class BoundedText(int limitBytes)
{
    private readonly List<byte> _head = [];
    private readonly Queue<byte> _tail = [];
    private long _droppedBytes;

    private int HalfBytes => limitBytes / 2;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        int toHead = Math.Min(bytes.Length, HalfBytes - _head.Count);
        _head.AddRange(bytes[..toHead]);
        foreach (byte value in bytes[toHead..])
        {
            _tail.Enqueue(value);
            if (_tail.Count <= HalfBytes) continue;
            _tail.Dequeue();
            _droppedBytes++;
        }
    }

    public override string ToString()
    {
        string gap = _droppedBytes == 0 ? "" : $"\n[{_droppedBytes} bytes are left out here]\n";
        return Encoding.UTF8.GetString([.. _head]) + gap + Encoding.UTF8.GetString([.. _tail]);
    }
}
