using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests;

/// <summary>A process that does what a test tells it to, at the moments the test names.</summary>
internal sealed class Script : EventProcess
{
    private readonly PriorityQueue<Action<VirtualTime>, (VirtualTime, int)> _steps = new();
    private readonly EventTimer _next;
    private int _count;

    public Script(string name = "client")
        : base(name) => _next = Events.CreateTimer("script", Run);

    /// <summary>Steps of one moment run in the order of this call.</summary>
    public void At(VirtualTime time, Action<VirtualTime> step)
    {
        _steps.Enqueue(step, (time, _count++));
        Arm();
    }

    public void At(long nanoseconds, Action<VirtualTime> step) => At(new VirtualTime(nanoseconds), step);

    private void Run(VirtualTime now)
    {
        while (_steps.TryPeek(out Action<VirtualTime>? step, out var key) && key.Item1 <= now)
        {
            _steps.Dequeue();
            step(now);
        }

        Arm();
    }

    private void Arm() => _next.Arm(_steps.TryPeek(out _, out var key) ? key.Item1 : VirtualTime.Never);
}
