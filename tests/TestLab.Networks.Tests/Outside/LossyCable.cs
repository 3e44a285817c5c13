using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Outside;

/// <summary>Loses every n-th frame, and delivers another one twice.</summary>
internal sealed class LossyCable(IFrameSink next, int lostEach) : IFrameSink
{
    private int _count;

    public int Lost { get; private set; }

    public void Send(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        _count++;
        if (_count % lostEach == 0)
        {
            Lost++;
            return;
        }

        next.Send(now, frame);
        if (_count % lostEach == lostEach / 2) next.Send(now, frame);
    }
}
