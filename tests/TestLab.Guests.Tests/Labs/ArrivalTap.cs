using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Labs;

/// <summary>Notes what passes one direction.</summary>
internal sealed class ArrivalTap : ILinkTap
{
    public List<(VirtualTime Time, int Length)> Sends { get; } = [];

    public List<(VirtualTime Time, int Length)> Arrivals { get; } = [];

    public List<(VirtualTime Time, DropCause Cause)> Drops { get; } = [];

    public void Sent(VirtualTime now, ReadOnlySpan<byte> frame) => Sends.Add((now, frame.Length));

    public void Delivered(VirtualTime now, VirtualTime arrival, ReadOnlySpan<byte> frame) => Arrivals.Add((arrival, frame.Length));

    public void Dropped(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause) => Drops.Add((time, cause));
}
