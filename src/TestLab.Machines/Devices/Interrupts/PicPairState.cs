using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>Both chips of the legacy interrupt controller.</summary>
public record struct PicPairState : IState
{
    public PicState Master;
    public PicState Slave;

    public void Transfer(StateTransfer transfer)
    {
        Master.Transfer(transfer);
        Slave.Transfer(transfer);
    }
}
