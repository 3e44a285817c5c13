using TestLab.Networks.Links;
using TestLab.Networks.Links.Counters;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>What all links had carried at a moment at which the lab stood still.</summary>
/// <param name="Links">In the order of the plan.</param>
public sealed record LinkTotals(VirtualTime Time, IReadOnlyList<LinkTotal> Links);

/// <summary>Both directions of one link.</summary>
public sealed record LinkTotal(string Name, DirectionTotal Down, DirectionTotal Up);

/// <summary>One direction of a link.</summary>
/// <param name="Bytes">Of frames that arrived.</param>
/// <param name="QueueBytes">What waits at the moment.</param>
/// <param name="Drops">Frames that were lost, whatever the cause.</param>
public readonly record struct DirectionTotal(ulong Bytes, long QueueBytes, ulong Drops)
{
    internal static DirectionTotal Of(LinkDirection direction)
    {
        LinkCounters counters = direction.Counters;
        return new DirectionTotal(counters.BytesDelivered, counters.QueueBytes, counters.FramesDropped);
    }
}
