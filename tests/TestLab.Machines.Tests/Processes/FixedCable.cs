using TestLab.Machines.Processes;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Tests.Processes;

/// <summary>One direction of a cable that only takes time.</summary>
internal sealed class FixedCable(OutputPort output, long nanoseconds) : IFrameSink
{
    public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => output.Send(now.After(nanoseconds), frame);

    /// <summary>Connects two cards in both directions.</summary>
    public static void Connect(MachineProcess first, MachineProcess second, long nanoseconds, int card = 0)
    {
        Connect(first, first.Cards[card], second.Cards[card], nanoseconds);
        Connect(second, second.Cards[card], first.Cards[card], nanoseconds);
    }

    private static void Connect(MachineProcess process, CardPort from, CardPort to, long nanoseconds)
    {
        OutputPort output = process.AddOutput($"cable of {from.Address}", nanoseconds);
        from.Cable = new FixedCable(output, nanoseconds);
        output.Connect(to.Input);
    }
}
