using TestLab.Simulation;

namespace TestLab.Networks.Links.Faults;

/// <summary>How far the decisions have come; the streams themselves are functions.</summary>
internal record struct FaultsState : IState
{
    public ulong Index;
    public int SinceOvertaker;
    public int LossState;
    public ulong LastLoss;
    public ulong LastDuplicate;
    public ulong LastCorruption;
    public ulong LastReorder;

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref Index);
        transfer.Count(ref SinceOvertaker, ReorderSettings.GapLimit);
        transfer.Count(ref LossState, LossProcess.StateLimit);
        transfer.UInt64(ref LastLoss);
        transfer.UInt64(ref LastDuplicate);
        transfer.UInt64(ref LastCorruption);
        transfer.UInt64(ref LastReorder);
    }
}
