using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>First come, first served; a full queue takes no more.</summary>
internal sealed class DropTailQueue(FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate)
    : SingleListQueue(store, listener, settings, rate)
{
    public override bool MayPass(VirtualTime now) => true;

    public override int Take(VirtualTime now) => TakeUnjudged();

    public override QueueState Save() => new() { Frames = SaveFrames() };

    public override void Restore(in QueueState state) => RestoreFrames(state.Frames);
}
