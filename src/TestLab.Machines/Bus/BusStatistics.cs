namespace TestLab.Machines.Bus;

/// <summary>Device accesses so far; nothing a guest can see depends on them.</summary>
public sealed class BusStatistics
{
    public ulong PortReads { get; internal set; }

    public ulong PortWrites { get; internal set; }

    public ulong MemoryReads { get; internal set; }

    public ulong MemoryWrites { get; internal set; }
}
