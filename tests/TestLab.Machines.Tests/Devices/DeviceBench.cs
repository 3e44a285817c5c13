using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Devices;

/// <summary>A clock that the test moves, its events, and a line that counts its edges.</summary>
internal sealed class DeviceBench : IClock
{
    public DeviceBench() => Line.Connect(high => RisingEdges += high ? 1 : 0);

    public VirtualTime Now { get; private set; }

    public EventQueue Events { get; } = new();

    public InterruptLine Line { get; } = new();

    public int RisingEdges { get; private set; }

    /// <summary>Lets time pass; every event sees its own moment.</summary>
    public void Advance(long nanoseconds)
    {
        VirtualTime end = Now.After(nanoseconds);
        while (Events.NextTime <= end)
        {
            Now = VirtualTime.Max(Now, Events.NextTime);
            Events.RunDue(Now);
        }

        Now = end;
    }
}
