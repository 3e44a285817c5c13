using TestLab.Simulation;

namespace TestLab.Networks.Links.Rates;

/// <summary>Where a serialiser stands.</summary>
/// <param name="BusyUntil">When the last frame has left.</param>
/// <param name="Remainder">What the last frame left of a nanosecond, in units of one over the rate.</param>
/// <param name="Opportunity">The place in the trace, over all its repetitions.</param>
/// <param name="OpportunityBytesLeft">What the opportunity still takes.</param>
internal record struct SerialiserState(
    VirtualTime BusyUntil, ulong Remainder, long Opportunity, int OpportunityBytesLeft) : IState
{
    public void Transfer(StateTransfer transfer)
    {
        VirtualTime busyUntil = BusyUntil;
        ulong remainder = Remainder;
        long opportunity = Opportunity;
        int left = OpportunityBytesLeft;
        transfer.Time(ref busyUntil);
        transfer.UInt64(ref remainder);
        transfer.Require(remainder < RateSettings.LimitBitsPerSecond, "a remainder is no fraction of a rate");
        transfer.Int64(ref opportunity);
        transfer.Require(opportunity >= 0, "a place in a trace is negative");
        transfer.Count(ref left, DeliveryTrace.OpportunityBytes);
        this = new SerialiserState(busyUntil, remainder, opportunity, left);
    }
}
