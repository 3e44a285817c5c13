namespace TestLab.Simulation.Tests.Execution;

internal record struct ModelState : IState
{
    public VirtualTime Due;
    public ulong RandomIndex;
    public ulong Sum;
    public ulong ReceivedCount;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Time(ref Due);
        transfer.UInt64(ref RandomIndex);
        transfer.UInt64(ref Sum);
        transfer.UInt64(ref ReceivedCount);
    }
}
