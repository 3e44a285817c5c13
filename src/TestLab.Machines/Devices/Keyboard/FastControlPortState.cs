using TestLab.Simulation;

namespace TestLab.Machines.Devices.Keyboard;

/// <summary>Port 92h as written.</summary>
public record struct FastControlPortState : IState
{
    public byte Written;

    public void Transfer(StateTransfer transfer) => transfer.Byte(ref Written);
}
