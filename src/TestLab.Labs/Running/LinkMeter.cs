using TestLab.Networks;
using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>Counts of one direction what its own counters do not tell: bytes as the rate counts them, what TCP and UDP
/// carried, and how the delay changed with time.</summary>
internal sealed class LinkMeter : ILinkTap, ISnapshotable<LinkMeterState>
{
    private readonly LinkDirection _direction;
    private LinkMeterState _state;

    public LinkMeter(LinkDirection direction)
    {
        _direction = direction;
        direction.Attach(this);
    }

    public DelayCurve Delays { get; } = new();

    public LinkMeterState Save() => _state;

    public void Restore(in LinkMeterState state) => _state = state;

    void ILinkTap.Sent(VirtualTime now, ReadOnlySpan<byte> frame)
    {
    }

    void ILinkTap.Delivered(VirtualTime now, VirtualTime arrival, ReadOnlySpan<byte> frame)
    {
        _state.CountedBytes += (ulong)_direction.Settings.Rate.CountedBytes(frame);
        Delays.Add(now, _direction.Delays.LastNanoseconds);
        FrameLayout layout = FrameLayout.Of(frame);
        if (layout.Protocol is FrameLayout.Tcp or FrameLayout.Udp)
            _state.PayloadBytes += (ulong)(frame.Length - layout.PayloadOffset);
    }

    void ILinkTap.Dropped(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause)
    {
    }
}
