using TestLab.Machines.Devices.Clocks;
using TestLab.Machines.Devices.Interrupts;
using TestLab.Processor;
using TestLab.Simulation;

namespace TestLab.Machines.Bus;

/// <summary>What the processor meets outside its core: ports, devices in memory, interrupts, and the registers of the local APIC.</summary>
public sealed class ProcessorBus(
    PortSpace ports, MemorySpace memory, LocalApic localApic, PicPair legacy, TimeStampCounter counter, RandomStream random)
    : IProcessorBus, ISnapshotable<ProcessorBusState>
{
    private const uint TimeStampRegister = 0x10;
    private const uint ApicBaseRegister = 0x1B;
    private const uint TimeStampAdjustRegister = 0x3B;
    private const uint DeadlineRegister = 0x6E0;

    /// <summary>Accesses so far; for people.</summary>
    public BusStatistics Statistics { get; } = new();

    public byte TaskPriority
    {
        get => localApic.TaskPriorityClass;
        set => localApic.TaskPriorityClass = value;
    }

    public bool HasInterrupt => localApic.HasInterrupt || (legacy.HasInterrupt && localApic.AcceptsLegacy);

    public ulong TimeStampCounter => counter.Value;

    public ulong ReadDevice(ulong physicalAddress, int size)
    {
        Statistics.MemoryReads++;
        return memory.Read(physicalAddress, size);
    }

    public void WriteDevice(ulong physicalAddress, ulong value, int size)
    {
        Statistics.MemoryWrites++;
        memory.Write(physicalAddress, value, size);
    }

    public uint ReadPort(ushort port, int size)
    {
        Statistics.PortReads++;
        return ports.Read(port, size);
    }

    public void WritePort(ushort port, uint value, int size)
    {
        Statistics.PortWrites++;
        ports.Write(port, value, size);
    }

    public bool TryReadModelSpecificRegister(uint index, out ulong value)
    {
        ulong? known = index switch
        {
            TimeStampRegister => counter.Value,
            ApicBaseRegister => localApic.Base,
            TimeStampAdjustRegister => counter.Adjustment,
            DeadlineRegister => localApic.Deadline,
            _ => null,
        };
        value = known ?? 0;
        return known.HasValue;
    }

    public bool TryWriteModelSpecificRegister(uint index, ulong value)
    {
        switch (index)
        {
            case TimeStampRegister: counter.Value = value; return true;
            case ApicBaseRegister: return localApic.TrySetBase(value);
            case TimeStampAdjustRegister: counter.Adjustment = value; return true;
            case DeadlineRegister: localApic.Deadline = value; return true;
            default: return false;
        }
    }

    public int AcknowledgeInterrupt() =>
        legacy.HasInterrupt && localApic.AcceptsLegacy ? legacy.Acknowledge() : localApic.Acknowledge();

    public ulong NextRandom() => random.Next();

    public ProcessorBusState Save() => new() { RandomIndex = random.Index };

    public void Restore(in ProcessorBusState state) => random.Index = state.RandomIndex;
}
