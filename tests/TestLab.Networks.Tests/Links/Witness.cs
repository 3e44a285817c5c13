using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

/// <summary>Keeps all that a direction tells: who arrives when, and who does not.</summary>
internal sealed class Witness : ILinkTap
{
    public List<(VirtualTime Sent, ulong Number)> Sendings { get; } = [];

    public List<(VirtualTime Decided, VirtualTime Time, ulong Number, byte[] Content)> Arrivals { get; } = [];

    public List<(VirtualTime Time, ulong Number, DropCause Cause)> Drops { get; } = [];

    public IEnumerable<ulong> ArrivedNumbers => Arrivals.Select(arrival => arrival.Number);

    public IEnumerable<ulong> DroppedNumbers => Drops.Select(drop => drop.Number);

    public void Sent(VirtualTime now, ReadOnlySpan<byte> frame) => Sendings.Add((now, NumberOf(frame)));

    public void Delivered(VirtualTime now, VirtualTime arrival, ReadOnlySpan<byte> frame) =>
        Arrivals.Add((now, arrival, NumberOf(frame), frame.ToArray()));

    public void Dropped(VirtualTime time, ReadOnlySpan<byte> frame, DropCause cause) =>
        Drops.Add((time, NumberOf(frame), cause));

    private static ulong NumberOf(ReadOnlySpan<byte> frame) => frame.Length < 50 ? 0 : TestFrames.NumberOf(frame);
}
