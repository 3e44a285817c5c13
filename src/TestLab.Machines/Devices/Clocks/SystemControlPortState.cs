using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>The writable bits of port 61h.</summary>
public record struct SystemControlPortState : IState
{
    public byte Written;

    public void Transfer(StateTransfer transfer) => transfer.Byte(ref Written);
}
