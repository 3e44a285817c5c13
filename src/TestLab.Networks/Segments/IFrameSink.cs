using TestLab.Simulation;

namespace TestLab.Networks.Segments;

/// <summary>Where frames go from here: the near end of a link.</summary>
public interface IFrameSink
{
    /// <param name="now">The sender's present.</param>
    /// <param name="frame">From the destination address on, without checksum; valid during the call.</param>
    void Send(VirtualTime now, ReadOnlySpan<byte> frame);
}
