using TestLab.Processor;
using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>Virtual time as the devices of a machine see it: what the processor's count stands for.</summary>
internal sealed class MachineClock(ClockRate rate) : IClock
{
    private Cpu? _processor;

    public VirtualTime Now => _processor is null ? VirtualTime.Zero : rate.TimeAt(_processor.Clock);

    /// <summary>The devices exist before the processor that asks them; from now on it gives the time.</summary>
    public void Follow(Cpu processor) => _processor = processor;
}
