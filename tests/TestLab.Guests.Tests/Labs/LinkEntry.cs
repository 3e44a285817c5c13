using TestLab.Networks.Links;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Guests.Tests.Labs;

/// <summary>The near end of a link as a card sees it.</summary>
internal sealed class LinkEntry(LinkDirection link) : IFrameSink
{
    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => link.Send(now, frame);
}
