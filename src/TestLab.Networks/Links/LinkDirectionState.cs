using TestLab.Networks.Links.Counters;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links;

/// <summary>All of one direction. What travels is in the inbox of the process that it travels to.</summary>
public record struct LinkDirectionState : IState
{
    internal LinkSettingsState Settings;
    internal LinkTimetableState Timetable;
    internal bool IsCut;
    internal SerialiserState Serialiser;
    internal QueueState Queue;
    internal FaultsState Faults;
    internal ulong LastDelay;
    internal VirtualTime EarliestArrival;
    internal VirtualTime LastArrival;
    internal LinkCounters Counters;
    internal UtilisationState Utilisation;
    internal DelayHistogramState Delays;

    public void Transfer(StateTransfer transfer)
    {
        Settings.Transfer(transfer);
        Timetable.Transfer(transfer);
        transfer.Boolean(ref IsCut);
        Serialiser.Transfer(transfer);
        Queue.Transfer(transfer);
        Faults.Transfer(transfer);
        transfer.UInt64(ref LastDelay);
        transfer.Time(ref EarliestArrival);
        transfer.Time(ref LastArrival);
        Counters.Transfer(transfer);
        Utilisation.Transfer(transfer);
        Delays.Transfer(transfer);
    }
}
