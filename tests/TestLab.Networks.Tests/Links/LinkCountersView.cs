using TestLab.Networks.Links.Counters;

namespace TestLab.Networks.Tests.Links;

/// <summary>The counters, with the sum that must hold.</summary>
internal readonly record struct LinkCountersView(LinkCounters Counters)
{
    /// <summary>Zero: every frame that was sent is accounted for exactly once.</summary>
    public long Unaccounted => (long)(Counters.FramesSent + Counters.FramesDuplicated)
        - (long)(Counters.FramesDelivered + Counters.FramesDropped) - Counters.QueueFrames;
}
