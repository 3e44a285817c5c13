namespace TestLab.Simulation.Processes;

/// <summary>One way between two processes, as the sender sees it.</summary>
internal interface IFrameChannel
{
    /// <summary>Takes a copy of the content.</summary>
    /// <param name="sequence">The number of frames that the port has sent before.</param>
    void Send(VirtualTime arrival, ulong sequence, ReadOnlySpan<byte> content);
}
