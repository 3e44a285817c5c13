using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Segments;

/// <summary>A segment on the bench: frames go in at a port by name, and a log hangs at each port.</summary>
internal sealed class SegmentBench
{
    private readonly FramePool _pool = new();
    private readonly Dictionary<string, InputPort> _inputs = [];
    private readonly Dictionary<string, FrameLog> _logs = [];
    private ulong _sequence;

    public SegmentBench(SegmentOptions options, params string[] names)
    {
        Segment = new Segment("lan", options);
        foreach (string name in names)
        {
            Ports[name] = Segment.Attach(name, out InputPort input);
            _inputs[name] = input;
            Ports[name].Sink = _logs[name] = new FrameLog();
        }
    }

    public Segment Segment { get; }

    public Dictionary<string, SwitchPort> Ports { get; } = [];

    public FrameLog At(string name) => _logs[name];

    public void Send(string name, VirtualTime arrival, ReadOnlySpan<byte> frame) =>
        Segment.Accept(_inputs[name], arrival, _sequence++, _pool.Rent(frame));

    /// <summary>Sends a frame at the segment's present and lets its consequences happen.</summary>
    public void Exchange(string name, ReadOnlySpan<byte> frame)
    {
        Send(name, Segment.Now, frame);
        Segment.Advance(Segment.Now.After(100_000));
    }

    public byte[][] Save() => SavedParts.Save(Segment);

    public void Restore(byte[][] state) => SavedParts.Restore(state, Segment);
}
