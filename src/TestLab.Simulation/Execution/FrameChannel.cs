using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Execution;

/// <summary>One way between two processes: frames under way, and the promise that nothing earlier follows.</summary>
/// <remarks>
/// The frames have no lock. Everything else is the schedule's, under its lock: the sender has enqueued its frames before
/// it raises the promise there, and the receiver has read its promises there before it drains the frames.
/// </remarks>
internal sealed class FrameChannel(
    OutputPort port, InputPort target, ProcessNode sender, ProcessNode receiver, FramePool pool) : IFrameChannel
{
    private readonly FrameQueue _frames = new();

    /// <summary>The earliest arrival of this window's frames, as the sender knows it.</summary>
    private VirtualTime _earliestSent = VirtualTime.Never;

    public OutputPort Port { get; } = port;

    public InputPort Target { get; } = target;

    public ProcessNode Sender { get; } = sender;

    public ProcessNode Receiver { get; } = receiver;

    /// <summary>Nothing that has not been sent arrives earlier.</summary>
    public VirtualTime Promise { get; set; }

    /// <summary>The port's lookahead, as of when the sender last stood still: it may change it while it runs.</summary>
    public long LookaheadNanoseconds { get; private set; }

    public void Send(VirtualTime arrival, ulong sequence, ReadOnlySpan<byte> content)
    {
        _frames.Enqueue(new FrameEntry(arrival, sequence, pool.Rent(content)));
        if (arrival < _earliestSent) _earliestSent = arrival;
    }

    /// <summary>The sender stands still: what it has sent and changed counts from now on.</summary>
    /// <returns>The earliest arrival of what it has sent.</returns>
    public VirtualTime Settle()
    {
        VirtualTime earliest = _earliestSent;
        _earliestSent = VirtualTime.Never;
        LookaheadNanoseconds = Port.LookaheadNanoseconds;
        return earliest;
    }

    /// <summary>For the receiver: what has been sent goes to its inbox.</summary>
    public void Drain()
    {
        while (_frames.TryDequeue(out FrameEntry entry))
            Receiver.Process.Accept(Target, entry.Arrival, entry.Sequence, entry.Frame);
    }
}
