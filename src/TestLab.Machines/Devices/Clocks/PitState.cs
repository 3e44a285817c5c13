using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>The three counters of the interval timer.</summary>
public record struct PitState : IState
{
    public PitChannelState Channel0;
    public PitChannelState Channel1;
    public PitChannelState Channel2;

    public void Transfer(StateTransfer transfer)
    {
        Channel0.Transfer(transfer);
        Channel1.Transfer(transfer);
        Channel2.Transfer(transfer);
    }
}
