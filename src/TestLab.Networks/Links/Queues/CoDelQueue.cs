using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>One line under CoDel's rule: RFC 8289.</summary>
internal sealed class CoDelQueue(FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate)
    : SingleListQueue(store, listener, settings, rate), ICoDelLine
{
    private readonly CoDel _rule = new();

    public override bool MayPass(VirtualTime now)
    {
        _rule.Relax();
        return true;
    }

    public override int Take(VirtualTime now) => _rule.Take(this, Store, now);

    public override QueueState Save() => new() { Frames = SaveFrames(), Flows = [_rule.Save() with { Flow = 0 }] };

    public override void Restore(in QueueState state)
    {
        RestoreFrames(state.Frames);
        if (state.Flows.Length > 0) _rule.Restore(state.Flows[0]);
    }

    int ICoDelLine.TakeOldest() => TakeUnjudged();

    bool ICoDelLine.TryMark(int frame) => TryMark(Store.Content(frame));

    void ICoDelLine.Drop(VirtualTime now, int frame) => DropOld(now, frame, DropCause.CoDel);
}
