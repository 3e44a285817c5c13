using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Segments;

/// <summary>Where a cable is plugged into a process that has one; without a cable, frames are lost.</summary>
public sealed class NetworkJack : IFrameSink
{
    /// <summary>The near end of the cable.</summary>
    public IFrameSink? Cable { get; set; }

    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => Cable?.Send(now, frame);
}
