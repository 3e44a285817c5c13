namespace TestLab.Processor;

/// <summary>Counters for people; nothing a guest can see depends on them.</summary>
public sealed class CpuStatistics
{
    public ulong EngineEntries { get; internal set; }

    public ulong SingleInstructions { get; internal set; }

    public ulong Exceptions { get; internal set; }

    public ulong Interrupts { get; internal set; }
}
