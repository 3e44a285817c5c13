using TestLab.Simulation;

namespace TestLab.Networks.Links;

/// <summary>All who watch one direction; most often nobody.</summary>
internal sealed class LinkTaps
{
    private ILinkTap[] _taps = [];

    public void Add(ILinkTap tap) => _taps = [.. _taps, tap];

    public void Remove(ILinkTap tap) => _taps = [.. _taps.Where(other => other != tap)];

    public void Sent(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        foreach (ILinkTap tap in _taps) tap.Sent(now, frame);
    }

    public void Delivered(VirtualTime now, VirtualTime arrival, ReadOnlySpan<byte> frame)
    {
        foreach (ILinkTap tap in _taps) tap.Delivered(now, arrival, frame);
    }

    public void Dropped(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause)
    {
        foreach (ILinkTap tap in _taps) tap.Dropped(time, frame, cause);
    }
}
