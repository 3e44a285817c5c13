using TestLab.Simulation;

namespace TestLab.Machines.Devices.Pci;

/// <summary>A function's configuration space.</summary>
public record struct PciFunctionState : IState
{
    public byte[] Config;

    public void Transfer(StateTransfer transfer) => transfer.Bytes(Config);
}
