using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Benchmarks.Windows;

/// <summary>A process that acts at a fixed pace and now and then sends a frame to each peer.</summary>
/// <param name="periodNanoseconds">From one action to the next.</param>
/// <param name="framePeriod">Every so many actions a frame goes out; 0 for none.</param>
internal sealed class BusyProcess : EventProcess
{
    private readonly EventTimer _timer;
    private readonly byte[] _content = new byte[100];
    private readonly long _periodNanoseconds;
    private readonly int _framePeriod;

    public BusyProcess(string name, long periodNanoseconds, int framePeriod)
        : base(name)
    {
        _periodNanoseconds = periodNanoseconds;
        _framePeriod = framePeriod;
        _timer = Events.CreateTimer("act", Act);
        _timer.Arm(new VirtualTime(1));
    }

    public long ActionCount { get; private set; }

    public long FrameCount { get; private set; }

    public void AddInput() => AddInput($"in{Inputs.Count}", (_, _) => FrameCount++);

    private void Act(VirtualTime now)
    {
        ActionCount++;
        if (_framePeriod > 0 && ActionCount % _framePeriod == 0)
            foreach (OutputPort port in Outputs) port.Send(now.After(port.LookaheadNanoseconds), _content);
        _timer.Arm(now.After(_periodNanoseconds));
    }
}
