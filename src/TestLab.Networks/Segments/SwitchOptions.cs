using TestLab.Simulation;

namespace TestLab.Networks.Segments;

/// <summary>How a switch is built.</summary>
public sealed record SwitchOptions
{
    /// <summary>From the end of a frame's reception to the start of its sending; positive.</summary>
    public long LatencyNanoseconds { get; init; } = 5_000;

    /// <summary>The largest payload of an untagged frame, in bytes.</summary>
    public int MtuBytes { get; init; } = 1_500;

    /// <summary>How many addresses it remembers; frames to others are flooded.</summary>
    public int TableLimit { get; init; } = 8_192;

    /// <summary>How long it remembers an address that is not heard of (IEEE 802.1D: 300 s).</summary>
    public long AgingNanoseconds { get; init; } = 300 * VirtualTime.NanosecondsPerSecond;

    /// <summary>
    /// Frames of one port that may be flooded in a millisecond; more are dropped, so a loop cannot grow.
    /// </summary>
    public int FloodLimitPerMillisecond { get; init; } = 200;

    /// <summary>Bytes inside the switch, between reception and sending; more are dropped.</summary>
    public int BufferLimitBytes { get; init; } = 16 << 20;
}
