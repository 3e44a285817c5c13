using TestLab.Machines.Bus;
using TestLab.Processor;
using TestLab.Processor.Execution;

namespace TestLab.Machines;

/// <summary>Counters of a machine, for people; nothing a guest can see depends on them.</summary>
public sealed class MachineStatistics(BusStatistics bus, CpuStatistics processor)
{
    public BusStatistics Bus { get; } = bus;

    public CpuStatistics Processor { get; } = processor;

    /// <summary>Returns of the processor to the board, by <see cref="CpuExit"/>.</summary>
    public IReadOnlyList<ulong> Exits => ExitCounts;

    /// <summary>Timers that fired.</summary>
    public ulong Events { get; internal set; }

    /// <summary>Clock ticks that nobody had to execute.</summary>
    public ulong IdleTicks { get; internal set; }

    internal ulong[] ExitCounts { get; } = new ulong[Enum.GetValues<CpuExit>().Length];
}
