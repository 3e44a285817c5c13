using TestLab.Simulation;

namespace TestLab.Networks.Links;

/// <summary>Who watches one direction; nothing that a tap does reaches the run.</summary>
public interface ILinkTap
{
    /// <summary>A frame is handed to the link.</summary>
    void Sent(VirtualTime now, ReadOnlySpan<byte> frame);

    /// <summary>A frame will arrive; a second copy is told of by itself.</summary>
    /// <param name="now">The moment at which that was decided: its first bit leaves.</param>
    /// <param name="arrival">After <paramref name="now"/>; not necessarily after the arrivals told of before.</param>
    void Delivered(VirtualTime now, VirtualTime arrival, ReadOnlySpan<byte> frame);

    /// <param name="time">When it went; lost frames go as their last bit leaves, which may lie ahead.</param>
    void Dropped(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause);
}
