using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>What is remembered of one flow: its turn, and CoDel's variables by the names of RFC 8289.</summary>
internal record struct FlowState : IState
{
    public const int FlowLimit = 65_536;

    private const long DeficitLimit = 1 << 25;

    /// <summary>1-based place among the flows whose turn comes, old ones after new ones; 0 for a flow at rest.</summary>
    public int Place;
    public int Flow;
    public bool IsNew;
    public long Deficit;
    public VirtualTime FirstAboveTime;
    public VirtualTime DropNext;
    public uint Count;
    public uint LastCount;
    public bool IsDropping;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Count(ref Place, FlowLimit);
        transfer.Count(ref Flow, FlowLimit - 1);
        transfer.Boolean(ref IsNew);
        transfer.Int64(ref Deficit);
        transfer.Require(long.Abs(Deficit) <= DeficitLimit, "a flow owes more than a frame");
        transfer.Time(ref FirstAboveTime);
        transfer.Time(ref DropNext);
        transfer.UInt32(ref Count);
        transfer.UInt32(ref LastCount);
        transfer.Boolean(ref IsDropping);
        transfer.Require(!IsDropping || Count > 0, "a queue drops without having dropped");
    }
}
