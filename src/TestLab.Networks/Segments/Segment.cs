using TestLab.Networks.Hosts;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Segments;

/// <summary>A local network of a lab: a switch, and beside it the host that serves the segment.</summary>
/// <remarks>
/// Nothing leaves it that is not plugged in: a machine, a router, a gateway to the outside are all ports of the switch.
/// </remarks>
public sealed class Segment : EventProcess
{
    public Segment(string name, SegmentOptions options)
        : base(name)
    {
        Switch = new LearningSwitch(Events, options.Switch);
        AddPart("switch", Switch.State);
        if (options.Host is not { } host) return;
        SwitchPort port = Switch.AddPort("host");
        port.Sink = Host = new SegmentHost(this, host, port);
    }

    public LearningSwitch Switch { get; }

    public SegmentHost? Host { get; }

    /// <summary>
    /// Plugs something in: frames come from the input port of the name, and leave by the port's sink.
    /// </summary>
    /// <param name="input">Where the near end of what is plugged in sends its frames to.</param>
    public SwitchPort Attach(string name, out InputPort input)
    {
        SwitchPort port = Switch.AddPort(name);
        input = AddInput(name, port.Send);
        return port;
    }
}
