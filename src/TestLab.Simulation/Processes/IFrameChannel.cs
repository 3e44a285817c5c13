namespace TestLab.Simulation.Processes;

/// <summary>One way between two processes, as the sender sees it.</summary>
internal interface IFrameChannel
{
    /// <summary>Takes a copy of the content.</summary>
    void Send(VirtualTime arrival, ReadOnlySpan<byte> content);
}
