using TestLab.Simulation;

namespace TestLab.Networks.Segments;

/// <summary>What has passed a port of a switch, and what has not, by cause.</summary>
public record struct PortCounters : IState
{
    public ulong FramesIn;
    public ulong BytesIn;
    public ulong FramesOut;
    public ulong BytesOut;

    /// <summary>Copies for an observer, which count in no other place.</summary>
    public ulong Mirrored;

    /// <summary>Shorter than a header.</summary>
    public ulong Runts;

    /// <summary>Longer than the segment carries.</summary>
    public ulong Giants;

    /// <summary>Sent by nobody: the source is a group or zero.</summary>
    public ulong BadSources;

    /// <summary>
    /// Not for others to hear: the receiver is at the same port, isolated from it, or the switch itself.
    /// </summary>
    public ulong Filtered;

    /// <summary>More floods than a port may cause.</summary>
    public ulong Storms;

    /// <summary>No room inside the switch.</summary>
    public ulong Overflows;

    public readonly ulong Dropped => Runts + Giants + BadSources + Filtered + Storms + Overflows;

    /// <summary>The sum of two ports, as for a segment.</summary>
    public static PortCounters operator +(PortCounters left, PortCounters right) => new()
    {
        FramesIn = left.FramesIn + right.FramesIn,
        BytesIn = left.BytesIn + right.BytesIn,
        FramesOut = left.FramesOut + right.FramesOut,
        BytesOut = left.BytesOut + right.BytesOut,
        Mirrored = left.Mirrored + right.Mirrored,
        Runts = left.Runts + right.Runts,
        Giants = left.Giants + right.Giants,
        BadSources = left.BadSources + right.BadSources,
        Filtered = left.Filtered + right.Filtered,
        Storms = left.Storms + right.Storms,
        Overflows = left.Overflows + right.Overflows,
    };

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref FramesIn);
        transfer.UInt64(ref BytesIn);
        transfer.UInt64(ref FramesOut);
        transfer.UInt64(ref BytesOut);
        transfer.UInt64(ref Mirrored);
        transfer.UInt64(ref Runts);
        transfer.UInt64(ref Giants);
        transfer.UInt64(ref BadSources);
        transfer.UInt64(ref Filtered);
        transfer.UInt64(ref Storms);
        transfer.UInt64(ref Overflows);
    }
}
