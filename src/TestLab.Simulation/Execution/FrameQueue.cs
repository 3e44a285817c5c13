namespace TestLab.Simulation.Execution;

/// <summary>Frames from one thread to another without a lock: one sends, one receives, neither ever waits.</summary>
/// <remarks>
/// Segments in a row; an entry is written before its segment's count is raised, so whoever reads the count sees the
/// entry. An emptied segment goes back to the sender, so that a steady flow allocates nothing.
/// </remarks>
internal sealed class FrameQueue
{
    private const int SegmentEntries = 64;

    private Segment _receiving;
    private Segment _sending;
    private int _received;
    private Segment? _spare;

    public FrameQueue() => _receiving = _sending = new Segment();

    public void Enqueue(in FrameEntry entry)
    {
        int sent = _sending.Count;
        if (sent < SegmentEntries)
        {
            _sending.Entries[sent] = entry;
            Volatile.Write(ref _sending.Count, sent + 1);
            return;
        }

        Segment next = Interlocked.Exchange(ref _spare, null) ?? new Segment();
        next.Entries[0] = entry;
        next.Count = 1;
        Volatile.Write(ref _sending.Next, next);
        _sending = next;
    }

    public bool TryDequeue(out FrameEntry entry)
    {
        if (_received == SegmentEntries)
        {
            if (Volatile.Read(ref _receiving.Next) is not { } next)
            {
                entry = default;
                return false;
            }

            Segment emptied = _receiving;
            (_receiving, _received) = (next, 0);
            emptied.Next = null;
            Interlocked.Exchange(ref _spare, emptied);
        }

        if (_received == Volatile.Read(ref _receiving.Count))
        {
            entry = default;
            return false;
        }

        entry = _receiving.Entries[_received++];
        return true;
    }

    private sealed class Segment
    {
        public readonly FrameEntry[] Entries = new FrameEntry[SegmentEntries];
        public int Count;
        public Segment? Next;
    }
}
