using System.Buffers;
using System.Text;
using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Networks.Capture;

/// <summary>Listens at one end of one direction, for one interface of a capture.</summary>
/// <remarks>
/// A link tells of an arrival ahead of its time, so records wait here, in their order, until the capture collects what
/// has come to pass. A segment or a host may also record frames by itself.
/// </remarks>
public sealed class CaptureTap : ILinkTap
{
    /// <summary>Bytes that may wait to be collected; frames beyond are counted as missing.</summary>
    public const long WaitingLimitBytes = 1 << 26;

    /// <summary>What a record costs beside its bytes.</summary>
    private const int RecordBytes = 64;

    private readonly CaptureInterface _interface;
    private readonly CapturePoint _point;
    private readonly CaptureFlow _flow;
    private readonly PriorityQueue<CaptureRecord, (VirtualTime Time, long Sequence)> _waiting = new();
    private readonly Lock _lock = new();
    private readonly ulong[] _dropsBefore = new ulong[Enum.GetValues<DropCause>().Length];

    private long _sequence;
    private long _waitingBytes;
    private ulong _missed;
    private ulong _missedBefore;

    internal CaptureTap(CaptureInterface captured, int number, CapturePoint point, CaptureFlow flow) =>
        (_interface, Number, _point, _flow) = (captured, number, point, flow);

    internal int Number { get; }

    /// <summary>A frame at a moment, not earlier than what the capture has already collected.</summary>
    public void Record(VirtualTime time, ReadOnlySpan<byte> frame) => Add(time, frame, drop: null);

    public void Sent(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        if (_point == CapturePoint.Sender) Add(now, frame, drop: null);
    }

    public void Delivered(VirtualTime now, VirtualTime arrival, ReadOnlySpan<byte> frame)
    {
        if (_point == CapturePoint.Receiver) Add(arrival, frame, drop: null);
    }

    public void Dropped(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause) => Add(time, frame, cause);

    /// <summary>Moves what happened before the time to the list.</summary>
    internal void Collect(VirtualTime until, List<CaptureRecord> records)
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out _, out var key) && key.Time < until)
            {
                CaptureRecord record = _waiting.Dequeue();
                _waitingBytes -= record.Captured + RecordBytes;
                records.Add(record);
            }
        }
    }

    /// <summary>Called in the order of all records.</summary>
    internal void Write(PcapngWriter writer, in CaptureRecord record)
    {
        _missedBefore += record.Missed;
        _interface.FramesDropped += record.Missed;
        if (record.Drop is { } cause)
        {
            _dropsBefore[(int)cause]++;
            _interface.FramesDropped++;
            if (record.Buffer is not null)
                writer.WriteFrame(_interface.Number, record.Time, record.Content, record.Length, _flow, 0, $"dropped: {cause}");
            return;
        }

        _interface.FramesSeen++;
        (ulong drops, string? comment) = TakeDropsBefore();
        writer.WriteFrame(_interface.Number, record.Time, record.Content, record.Length, _flow, drops, comment);
    }

    private void Add(VirtualTime time, ReadOnlySpan<byte> frame, DropCause? drop)
    {
        bool hasContent = drop is null || _interface.DropNotes == DropNotes.Frames;
        int captured = hasContent ? Math.Min(frame.Length, _interface.SnapLengthBytes) : 0;
        lock (_lock)
        {
            if (_waitingBytes + captured + RecordBytes > WaitingLimitBytes)
            {
                _missed++;
                return;
            }

            byte[]? buffer = hasContent ? ArrayPool<byte>.Shared.Rent(captured) : null;
            frame[..captured].CopyTo(buffer);
            var record = new CaptureRecord(time, this, _sequence++, buffer, captured, frame.Length, _missed, drop);
            _missed = 0;
            _waiting.Enqueue(record, (time, record.Sequence));
            _waitingBytes += captured + RecordBytes;
        }
    }

    private (ulong Drops, string? Comment) TakeDropsBefore()
    {
        ulong drops = _missedBefore;
        foreach (ulong count in _dropsBefore) drops += count;
        if (drops == 0) return (0, null);

        var comment = new StringBuilder("missing before this frame:");
        foreach (DropCause cause in Enum.GetValues<DropCause>())
        {
            if (_dropsBefore[(int)cause] > 0) comment.Append($" {cause} {_dropsBefore[(int)cause]}");
        }

        if (_missedBefore > 0) comment.Append($" not captured {_missedBefore}");
        _missedBefore = 0;
        Array.Clear(_dropsBefore);
        return (drops, comment.ToString());
    }
}
