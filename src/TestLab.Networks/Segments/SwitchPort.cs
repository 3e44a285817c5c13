using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Segments;

/// <summary>
/// A socket of a switch: what is sent to it enters the switch; what leaves the switch goes to its sink.
/// </summary>
public sealed class SwitchPort : IFrameSink
{
    private readonly LearningSwitch _switch;

    internal SwitchPort(LearningSwitch owner, string name, int index) => (_switch, Name, Index) = (owner, name, index);

    public string Name { get; }

    /// <summary>The order of plugging in, in which a flood goes out.</summary>
    public int Index { get; }

    /// <summary>Where frames leave; nothing is plugged in without one.</summary>
    public IFrameSink? Sink { get; set; }

    /// <summary>Isolated ports hear nothing of one another.</summary>
    public bool IsIsolated { get; set; }

    /// <summary>Where a copy of every frame goes that enters or leaves here.</summary>
    public SwitchPort? Mirror { get; set; }

    public PortCounters Counters => Counts;

    internal PortCounters Counts;

    /// <summary>Which millisecond the floods are counted in.</summary>
    internal long FloodMillisecond { get; set; }

    internal int FloodsInMillisecond { get; set; }

    /// <summary>The last passage that reached it, so that it hears each frame once.</summary>
    internal ulong LastPassage { get; set; }

    /// <summary>A frame enters the switch, at the end of its reception.</summary>
    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => _switch.Receive(this, now, frame);
}
