using System.Collections.Concurrent;

namespace TestLab.Simulation.Processes;

/// <summary>Where frames come from and go back to, so that a frame on its way costs no allocation.</summary>
/// <remarks>Safe on any number of threads; which array a frame gets is seen by nobody.</remarks>
public sealed class FramePool
{
    /// <summary>Acknowledgements, questions and answers: most frames are small, and a long line holds many of them.</summary>
    private const int SmallBytes = 256;

    /// <summary>Enough for an Ethernet frame with any tags; larger ones are rare and get arrays of their own.</summary>
    private const int UsualBytes = 2_048;

    /// <summary>Frames of a kind kept for later, 36 MiB in all; more are left to the collector.</summary>
    private const int KeptLimit = 16_384;

    private readonly ConcurrentQueue<Frame> _small = [];
    private readonly ConcurrentQueue<Frame> _usual = [];

    /// <summary>A frame with a copy of the content.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The content exceeds <see cref="Frame.LimitBytes"/>.</exception>
    public Frame Rent(ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, Frame.LimitBytes);
        int capacity = content.Length <= SmallBytes ? SmallBytes : Math.Max(content.Length, UsualBytes);
        Frame? frame = null;
        Kept(capacity)?.TryDequeue(out frame);
        frame ??= new Frame(this, new byte[capacity]);
        content.CopyTo(frame.Buffer);
        frame.Length = content.Length;
        return frame;
    }

    internal void Return(Frame frame)
    {
        if (Kept(frame.Buffer.Length) is { } kept && kept.Count < KeptLimit) kept.Enqueue(frame);
    }

    private ConcurrentQueue<Frame>? Kept(int capacity) => capacity switch
    {
        SmallBytes => _small,
        UsualBytes => _usual,
        _ => null,
    };
}
