namespace TestLab.Simulation.Processes;

/// <summary>Frames that have been handed to a process and have not arrived yet, in the order (time, port, sequence).</summary>
internal sealed class Inbox : ISnapshotable<InboxState>
{
    private readonly LogicalProcess _process;
    private readonly EventTimer _timer;
    private readonly PriorityQueue<Arrival, (VirtualTime Time, int Port, ulong Sequence)> _arrivals = new();
    private readonly FramePool _pool = new();

    public Inbox(LogicalProcess process)
    {
        _process = process;
        _timer = process.Events.CreateTimer("inbox", Deliver);
    }

    public void Add(InputPort port, VirtualTime arrival, ulong sequence, Frame frame)
    {
        _arrivals.Enqueue(new Arrival(port, sequence, frame), (arrival, port.Index, sequence));
        Arm();
    }

    public InboxState Save()
    {
        var frames = new List<InboxState.Frame>();
        foreach ((Arrival arrival, (VirtualTime time, int port, ulong sequence)) in _arrivals.UnorderedItems)
        {
            byte[] content = arrival.Frame.Content.ToArray();
            frames.Add(new InboxState.Frame { Time = time, Port = port, Sequence = sequence, Content = content });
        }

        frames.Sort((left, right) =>
            (left.Time, left.Port, left.Sequence).CompareTo((right.Time, right.Port, right.Sequence)));
        return new InboxState { Frames = [.. frames] };
    }

    public void Restore(in InboxState state)
    {
        _arrivals.Clear();
        foreach (InboxState.Frame stored in state.Frames)
        {
            if (stored.Port >= _process.Inputs.Count)
                throw new SnapshotException("The snapshot is damaged: a frame is on its way to a port that is not there.");
            InputPort port = _process.Inputs[stored.Port];
            var arrival = new Arrival(port, stored.Sequence, _pool.Rent(stored.Content));
            _arrivals.Enqueue(arrival, (stored.Time, stored.Port, stored.Sequence));
        }

        Arm();
    }

    private void Arm() =>
        _timer.Arm(_arrivals.TryPeek(out _, out var key) ? key.Time : VirtualTime.Never);

    private void Deliver(VirtualTime now)
    {
        while (_arrivals.TryPeek(out _, out var key) && key.Time <= now)
        {
            Arrival arrival = _arrivals.Dequeue();
            arrival.Port.Deliver(key.Time, arrival.Frame.Content);
            arrival.Frame.Release();
        }

        Arm();
    }

    private readonly record struct Arrival(InputPort Port, ulong Sequence, Frame Frame);
}
