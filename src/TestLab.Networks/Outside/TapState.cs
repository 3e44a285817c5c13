using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>When a bridge looks for frames next, and how many have passed.</summary>
internal record struct TapState : IState
{
    public VirtualTime NextLook;
    public ulong FramesIn;
    public ulong FramesOut;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Time(ref NextLook);
        transfer.UInt64(ref FramesIn);
        transfer.UInt64(ref FramesOut);
    }
}
