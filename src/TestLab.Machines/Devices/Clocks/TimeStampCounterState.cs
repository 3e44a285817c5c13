using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>What the guest has added to the time stamp counter.</summary>
public record struct TimeStampCounterState : IState
{
    public ulong Offset;

    public void Transfer(StateTransfer transfer) => transfer.UInt64(ref Offset);
}
