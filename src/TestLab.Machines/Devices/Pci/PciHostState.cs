using TestLab.Simulation;

namespace TestLab.Machines.Devices.Pci;

/// <summary>The configuration address and the reset control register.</summary>
public record struct PciHostState : IState
{
    public uint Address;
    public byte ResetControl;

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt32(ref Address);
        transfer.Byte(ref ResetControl);
    }
}
