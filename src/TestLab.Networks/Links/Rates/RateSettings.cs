using TestLab.Simulation.Processes;

namespace TestLab.Networks.Links.Rates;

/// <summary>How fast one direction of a link takes bits, and which bits count.</summary>
public sealed record RateSettings
{
    /// <summary>No limit: frames take no time to be sent.</summary>
    public const long Unlimited = 0;

    /// <summary>A petabit a second; more would not leave the arithmetic its 64 bits.</summary>
    public const long LimitBitsPerSecond = 1_000_000_000_000_000;

    public const int OverheadLimitBytes = 1 << 16;

    /// <summary>Checksum 4, preamble and start 8, gap 12.</summary>
    public const int WireOverheadBytes = 24;

    /// <summary>The smallest frame with all that surrounds it on the wire.</summary>
    public const int WireMinimumBytes = 84;

    public static readonly RateSettings None = new();

    /// <summary>Bits of the <see cref="Layer"/> a second; 0 is no limit.</summary>
    public long BitsPerSecond { get; init; }

    public RateLayer Layer { get; init; }

    /// <summary>Added to what the layer counts; may be negative.</summary>
    public int OverheadBytes { get; init; }

    /// <summary>What a frame counts at least, before it is cut into cells (`mpu`).</summary>
    public int MinimumBytes { get; init; }

    /// <summary>Payload bytes of a cell, as 48 for ATM; 0 for no cells.</summary>
    public int CellBytes { get; init; }

    /// <summary>What each cell adds, as 5 for ATM.</summary>
    public int CellOverheadBytes { get; init; }

    /// <summary>When the link takes bytes, in place of a rate; none for a rate.</summary>
    public DeliveryTrace? Trace { get; init; }

    /// <summary>The smallest frame on this link, in counted bits.</summary>
    public long SmallestFrameBits => 8L * Count(FrameLayout.EthernetHeaderBytes, 0);

    /// <summary>The rate, or that of the trace on average; 0 without limit.</summary>
    public long AverageBitsPerSecond => Trace?.AverageBitsPerSecond ?? BitsPerSecond;

    public static RateSettings OfBits(long bitsPerSecond) => new() { BitsPerSecond = bitsPerSecond };

    public static RateSettings OfKilobits(long kilobitsPerSecond) => OfBits(1_000 * kilobitsPerSecond);

    /// <summary>What a frame counts, in bytes; at most the frame's limit, its overheads and those of its cells.</summary>
    public int CountedBytes(ReadOnlySpan<byte> frame) => Layer switch
    {
        RateLayer.Wire or RateLayer.Frame => Count(frame.Length, frame.Length),
        RateLayer.Ip => Count(frame.Length, frame.Length - FrameLayout.Of(frame).NetworkOffset),
        _ => Count(frame.Length, frame.Length - FrameLayout.Of(frame).PayloadOffset),
    };

    /// <summary>A frame of so many bytes from the addresses on, with headers of so many bytes in all.</summary>
    internal int CountedBytes(int frameBytes, int headerBytes) => Count(frameBytes, Layer switch
    {
        RateLayer.Ip => frameBytes - FrameLayout.EthernetHeaderBytes,
        RateLayer.Payload => frameBytes - headerBytes,
        _ => frameBytes,
    });

    /// <exception cref="ArgumentException">A figure is out of its bounds.</exception>
    public void Validate()
    {
        Require(BitsPerSecond is >= 0 and <= LimitBitsPerSecond, "A rate is between 0 and 1 Pbit/s.");
        Require(int.Abs(OverheadBytes) <= OverheadLimitBytes, "The overhead of a frame is at most 64 KiB.");
        Require(MinimumBytes is >= 0 and <= Frame.LimitBytes, "The least size of a frame is at most that of the largest.");
        Require(CellBytes is 0 or (>= 8 and <= OverheadLimitBytes), "A cell has 8 bytes or more.");
        Require(CellOverheadBytes is >= 0 and <= 1_024, "The overhead of a cell is at most 1 KiB.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message);
    }

    private int Count(int frameBytes, int layerBytes)
    {
        int bytes = Layer == RateLayer.Wire ? Math.Max(frameBytes + WireOverheadBytes, WireMinimumBytes) : layerBytes;
        bytes = Math.Max(Math.Max(bytes + OverheadBytes, MinimumBytes), 0);
        if (CellBytes == 0) return bytes;
        int cells = (bytes + CellBytes - 1) / CellBytes;
        return cells * (CellBytes + CellOverheadBytes);
    }
}
