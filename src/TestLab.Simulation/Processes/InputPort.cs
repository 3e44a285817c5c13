namespace TestLab.Simulation.Processes;

/// <summary>Where frames enter a logical process; at most one output port leads to it.</summary>
public sealed class InputPort
{
    internal InputPort(LogicalProcess process, string name, int index, FrameHandler received)
    {
        Process = process;
        Name = name;
        Index = index;
        Received = received;
    }

    public LogicalProcess Process { get; }

    public string Name { get; }

    /// <summary>The order of creation in the process, which decides between frames of one moment.</summary>
    public int Index { get; }

    /// <summary>The output port that leads here, if any.</summary>
    public OutputPort? Source { get; internal set; }

    /// <summary>How many frames have arrived.</summary>
    public ulong FrameCount { get; private set; }

    /// <summary>Over the frames that have arrived, with their times.</summary>
    internal FrameDigest Digest { get; private set; } = new();

    internal FrameHandler Received { get; }

    internal void Deliver(VirtualTime arrival, ReadOnlySpan<byte> content)
    {
        FrameCount++;
        Digest = Digest.With(arrival, content);
        Received(arrival, content);
    }

    /// <summary>The part of the process's state that the port has.</summary>
    internal void Transfer(StateTransfer transfer)
    {
        ulong count = FrameCount;
        FrameDigest digest = Digest;
        transfer.UInt64(ref count);
        digest.Transfer(transfer);
        (FrameCount, Digest) = (count, digest);
    }
}
