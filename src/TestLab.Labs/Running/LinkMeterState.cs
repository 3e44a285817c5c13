using TestLab.Simulation;

namespace TestLab.Labs.Running;

internal record struct LinkMeterState : IState
{
    public ulong CountedBytes;
    public ulong PayloadBytes;

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref CountedBytes);
        transfer.UInt64(ref PayloadBytes);
    }
}
