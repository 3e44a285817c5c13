using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Segments;

/// <summary>
/// One direction of a cable that only takes time: every frame arrives the same time after it was sent.
/// </summary>
public sealed class PatchCable : IFrameSink
{
    private readonly OutputPort _output;
    private readonly long _delayNanoseconds;

    /// <param name="process">Whose frames it carries.</param>
    /// <param name="delayNanoseconds">Positive; it is the lookahead.</param>
    public PatchCable(LogicalProcess process, string name, long delayNanoseconds)
    {
        _output = process.AddOutput(name, delayNanoseconds);
        _delayNanoseconds = delayNanoseconds;
    }

    /// <summary>The end to connect.</summary>
    public OutputPort Output => _output;

    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => _output.Send(now.After(_delayNanoseconds), frame);
}
