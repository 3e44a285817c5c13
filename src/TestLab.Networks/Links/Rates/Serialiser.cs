using TestLab.Simulation;

namespace TestLab.Networks.Links.Rates;

/// <summary>Puts one frame after the other on the wire: when each has left.</summary>
/// <remarks>
/// Time is whole nanoseconds, and what a frame takes seldom is. The remainder is carried to the next frame as long as
/// frames follow back to back, so n frames take floor(n frames' bits / rate) and the rate is exact over any stretch.
/// </remarks>
internal sealed class Serialiser
{
    private RateSettings _settings = RateSettings.None;
    private ulong _remainder;
    private long _opportunity;
    private int _opportunityBytesLeft = DeliveryTrace.OpportunityBytes;

    /// <summary>When the last frame has left; the next one starts then or later.</summary>
    public VirtualTime BusyUntil { get; private set; }

    /// <summary>The frame that is being sent keeps its time; the next one has the new rate.</summary>
    public void Change(RateSettings settings)
    {
        // A remainder is a fraction of one rate's nanosecond, an opportunity a place in one trace.
        if (settings.BitsPerSecond != _settings.BitsPerSecond) _remainder = 0;
        if (!Equals(settings.Trace, _settings.Trace)) (_opportunity, _opportunityBytesLeft) = (0, DeliveryTrace.OpportunityBytes);
        _settings = settings;
    }

    /// <summary>Takes a frame that starts at the moment, which is not before <see cref="BusyUntil"/>.</summary>
    /// <returns>When its last bit has left.</returns>
    public VirtualTime Take(VirtualTime start, int countedBytes)
    {
        if (start > BusyUntil) _remainder = 0;
        return BusyUntil = _settings.Trace is { } trace
            ? TakeFrom(trace, start, countedBytes)
            : start.After(Nanoseconds(countedBytes));
    }

    public SerialiserState Save() => new()
    {
        BusyUntil = BusyUntil,
        Remainder = _remainder,
        Opportunity = _opportunity,
        OpportunityBytesLeft = _opportunityBytesLeft,
    };

    public void Restore(in SerialiserState state)
    {
        BusyUntil = state.BusyUntil;
        _remainder = state.Remainder;
        _opportunity = state.Opportunity;
        _opportunityBytesLeft = state.OpportunityBytesLeft;
    }

    private long Nanoseconds(int countedBytes)
    {
        ulong rate = (ulong)_settings.BitsPerSecond;
        if (rate == RateSettings.Unlimited) return 0;
        // At most 2^27 bits times 2^30 and a remainder below the rate: 64 bits hold it.
        ulong work = (ulong)countedBytes * 8 * VirtualTime.NanosecondsPerSecond + _remainder;
        (ulong nanoseconds, _remainder) = Math.DivRem(work, rate);
        return (long)nanoseconds;
    }

    private VirtualTime TakeFrom(DeliveryTrace trace, VirtualTime start, int bytes)
    {
        if (trace.TimeOf(_opportunity) < start)
            (_opportunity, _opportunityBytesLeft) = (trace.FirstAt(start), DeliveryTrace.OpportunityBytes);
        while (bytes > _opportunityBytesLeft)
        {
            bytes -= _opportunityBytesLeft;
            _opportunity++;
            _opportunityBytesLeft = DeliveryTrace.OpportunityBytes;
        }

        _opportunityBytesLeft -= bytes;
        return VirtualTime.Max(start, trace.TimeOf(_opportunity));
    }
}
