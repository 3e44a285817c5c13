namespace TestLab.Simulation.Tests.Comparison;

internal record struct CounterMachineState : IState
{
    public long Count;
    public ulong Register;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Int64(ref Count);
        transfer.UInt64(ref Register);
    }
}
