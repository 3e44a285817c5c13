using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Links.Queues;

/// <summary>A frame that waits, and since when.</summary>
internal record struct QueuedFrameState : IState
{
    public VirtualTime Arrival;
    public int Flow;
    private byte[]? _content;

    public byte[] Content
    {
        readonly get => _content ?? [];
        set => _content = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Time(ref Arrival);
        transfer.Count(ref Flow, FlowState.FlowLimit - 1);
        byte[] content = Content;
        transfer.Buffer(ref content, Frame.LimitBytes);
        Content = content;
    }
}
