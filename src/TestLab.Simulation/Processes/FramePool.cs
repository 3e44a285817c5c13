using System.Collections.Concurrent;

namespace TestLab.Simulation.Processes;

/// <summary>Where frames come from and go back to, so that a frame on its way costs no allocation.</summary>
/// <remarks>Safe on any number of threads; which array a frame gets is seen by nobody.</remarks>
public sealed class FramePool
{
    /// <summary>Enough for an Ethernet frame with any tags; larger ones are rare and get arrays of their own.</summary>
    private const int UsualBytes = 2_048;

    /// <summary>Frames kept for later; more are left to the collector.</summary>
    private const int KeptLimit = 4_096;

    private readonly ConcurrentQueue<Frame> _kept = [];

    /// <summary>A frame with a copy of the content.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The content exceeds <see cref="Frame.LimitBytes"/>.</exception>
    public Frame Rent(ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, Frame.LimitBytes);
        if (content.Length > UsualBytes || !_kept.TryDequeue(out Frame? frame))
            frame = new Frame(this, new byte[Math.Max(content.Length, UsualBytes)]);
        content.CopyTo(frame.Buffer);
        frame.Length = content.Length;
        return frame;
    }

    internal void Return(Frame frame)
    {
        if (frame.Buffer.Length == UsualBytes && _kept.Count < KeptLimit) _kept.Enqueue(frame);
    }
}
