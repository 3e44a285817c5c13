namespace TestLab.Simulation.Processes;

/// <summary>Where a network card, or whatever else makes frames, puts them: the near end of a link.</summary>
public interface IFrameSink
{
    /// <param name="now">When the frame is handed over.</param>
    /// <param name="frame">From the destination address on, without checksum; valid during the call.</param>
    void Send(VirtualTime now, ReadOnlySpan<byte> frame);
}
