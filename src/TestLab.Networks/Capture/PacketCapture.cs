using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Capture;

/// <summary>A capture of any number of interfaces as one pcapng stream, with virtual time to the nanosecond.</summary>
/// <remarks>
/// Taps listen in the processes, on whatever thread. Who conducts the run calls <see cref="Collect"/> now and then,
/// at moments of virtual time that every captured process has reached; so the stream is the same in every run.
/// </remarks>
public sealed class PacketCapture
{
    private readonly PcapngWriter _writer;
    private readonly long _epochSeconds;
    private readonly List<CaptureInterface> _interfaces = [];
    private readonly List<CaptureTap> _taps = [];
    private readonly List<CaptureRecord> _collected = [];

    /// <param name="sink">Gets the stream from its first byte on.</param>
    /// <param name="epochSeconds">The date of power-on, in seconds since 1970.</param>
    public PacketCapture(ICaptureSink sink, long epochSeconds = 0)
    {
        _writer = new PcapngWriter(sink);
        _epochSeconds = epochSeconds;
        _writer.WriteSection();
    }

    /// <param name="name">What tools show.</param>
    /// <param name="snapLengthBytes">Bytes of each frame to keep.</param>
    /// <param name="dropNotes">How to tell of frames that were dropped.</param>
    public CaptureInterface AddInterface(
        string name, int snapLengthBytes = Frame.LimitBytes, DropNotes dropNotes = DropNotes.Count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(snapLengthBytes);
        int snapLength = Math.Min(snapLengthBytes, Frame.LimitBytes);
        var captured = new CaptureInterface(this, _interfaces.Count, name, snapLength, dropNotes);
        _interfaces.Add(captured);
        _writer.WriteInterface(name, captured.SnapLengthBytes, _epochSeconds);
        return captured;
    }

    /// <summary>Writes what happened strictly before the time, in the order (time, tap, sequence).</summary>
    /// <param name="until">Reached by every process that a tap listens in, and not less than before.</param>
    public void Collect(VirtualTime until)
    {
        foreach (CaptureTap tap in _taps) tap.Collect(until, _collected);
        _collected.Sort();
        foreach (CaptureRecord record in _collected)
        {
            record.Tap.Write(_writer, record);
            record.Release();
        }

        _collected.Clear();
    }

    /// <summary>Writes what is left, arrivals to come among it, and what each interface has counted.</summary>
    /// <param name="now">Of the run.</param>
    public void Finish(VirtualTime now)
    {
        Collect(VirtualTime.Never);
        foreach (CaptureInterface captured in _interfaces)
            _writer.WriteStatistics(captured.Number, now, captured.FramesSeen, captured.FramesDropped);
    }

    internal CaptureTap AddTap(CaptureInterface captured, CapturePoint point, CaptureFlow flow)
    {
        var tap = new CaptureTap(captured, _taps.Count, point, flow);
        _taps.Add(tap);
        return tap;
    }
}
