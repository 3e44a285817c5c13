using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>How far the device has read in its random stream.</summary>
public record struct VirtioEntropyState : IState
{
    public ulong Index;

    public void Transfer(StateTransfer transfer) => transfer.UInt64(ref Index);
}
