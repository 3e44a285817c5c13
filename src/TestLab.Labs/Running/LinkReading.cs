using TestLab.Networks.Links;
using TestLab.Networks.Links.Counters;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>What one direction of a link had done at a moment.</summary>
internal record struct LinkReading : IState
{
    public LinkCounters Counters;
    public DelayHistogramState Delays;
    public LinkMeterState Meter;

    /// <summary>For how long frames had been on their way onto the wire.</summary>
    public long BusyNanoseconds;

    public static LinkReading Of(LinkDirection direction, LinkMeter meter)
    {
        long busy = 0;
        foreach (ref readonly UtilisationStep step in direction.Utilisation.Steps) busy += step.BusyNanoseconds;
        return new LinkReading
        {
            Counters = direction.Counters,
            Delays = direction.Delays.Save(),
            Meter = meter.Save(),
            BusyNanoseconds = busy,
        };
    }

    public void Transfer(StateTransfer transfer)
    {
        Counters.Transfer(transfer);
        Delays.Transfer(transfer);
        Meter.Transfer(transfer);
        transfer.Int64(ref BusyNanoseconds);
    }
}
