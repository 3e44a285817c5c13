using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Segments;

/// <summary>Remembers every frame that reaches it, and when.</summary>
internal sealed class FrameLog : IFrameSink
{
    public List<(VirtualTime Time, byte[] Content)> Frames { get; } = [];

    public byte[] Last => Frames[^1].Content;

    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => Frames.Add((now, frame.ToArray()));

    /// <summary>Takes the only frame that has come.</summary>
    public byte[] TakeOne()
    {
        Assert.That(Frames, Has.Count.EqualTo(1));
        byte[] frame = Last;
        Frames.Clear();
        return frame;
    }
}
