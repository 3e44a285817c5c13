using System.Buffers;
using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Networks.Capture;

/// <summary>Something a tap saw: a frame, or that one was dropped.</summary>
/// <param name="Time">By which records are ordered.</param>
/// <param name="Tap">The order in which taps were made decides between records of a moment.</param>
/// <param name="Sequence">The order in which the tap saw them decides next.</param>
/// <param name="Buffer">The first bytes of the frame, rented; null where there is nothing but a drop to note.</param>
/// <param name="Captured">How many bytes of the buffer.</param>
/// <param name="Length">Of the whole frame.</param>
/// <param name="Missed">Frames before this one that the tap had no room for.</param>
/// <param name="Drop">Why it was dropped; null for a frame that was not.</param>
internal readonly record struct CaptureRecord(
    VirtualTime Time, CaptureTap Tap, long Sequence, byte[]? Buffer, int Captured, int Length, ulong Missed, DropCause? Drop)
    : IComparable<CaptureRecord>
{
    public ReadOnlySpan<byte> Content => Buffer.AsSpan(0, Captured);

    public int CompareTo(CaptureRecord other) =>
        (Time, Tap.Number, Sequence).CompareTo((other.Time, other.Tap.Number, other.Sequence));

    public void Release()
    {
        if (Buffer is not null) ArrayPool<byte>.Shared.Return(Buffer);
    }
}
