using TestLab.Simulation;

namespace TestLab.Machines.Bus;

/// <summary>How many hardware random numbers the guest has drawn.</summary>
public record struct ProcessorBusState : IState
{
    public ulong RandomIndex;

    public void Transfer(StateTransfer transfer) => transfer.UInt64(ref RandomIndex);
}
