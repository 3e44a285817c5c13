using System.Diagnostics;
using System.Numerics;

namespace TestLab.Networks.Collections;

/// <summary>Bytes that wait in order, up to a limit; the array grows with what waits.</summary>
internal sealed class ByteRing(int limitBytes)
{
    private const int SmallestBytes = 4_096;

    private byte[] _bytes = [];
    private int _start;

    public int Length { get; private set; }

    public int FreeBytes => limitBytes - Length;

    /// <param name="content">At most as much as is free.</param>
    public void Append(ReadOnlySpan<byte> content)
    {
        Debug.Assert(content.Length <= FreeBytes, "More bytes than were asked for.");
        if (Length + content.Length > _bytes.Length) Grow(Length + content.Length);
        int end = (_start + Length) & (_bytes.Length - 1);
        int first = Math.Min(content.Length, _bytes.Length - end);
        content[..first].CopyTo(_bytes.AsSpan(end));
        content[first..].CopyTo(_bytes);
        Length += content.Length;
    }

    /// <summary>Copies from an offset on without taking.</summary>
    public void CopyTo(int offset, Span<byte> destination)
    {
        Debug.Assert(offset + destination.Length <= Length, "Bytes that are not there.");
        if (destination.IsEmpty) return;
        int from = (_start + offset) & (_bytes.Length - 1);
        int first = Math.Min(destination.Length, _bytes.Length - from);
        _bytes.AsSpan(from, first).CopyTo(destination);
        _bytes.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }

    public void Skip(int count)
    {
        Debug.Assert(count <= Length, "Bytes that are not there.");
        Length -= count;
        _start = Length == 0 ? 0 : (_start + count) & (_bytes.Length - 1);
    }

    public void Clear() => (_start, Length) = (0, 0);

    public byte[] ToArray()
    {
        byte[] content = new byte[Length];
        CopyTo(0, content);
        return content;
    }

    private void Grow(int neededBytes)
    {
        // A power of two, so that positions wrap by a mask.
        byte[] larger = new byte[Math.Max(SmallestBytes, (int)BitOperations.RoundUpToPowerOf2((uint)neededBytes))];
        CopyTo(0, larger.AsSpan(0, Length));
        (_bytes, _start) = (larger, 0);
    }
}
