namespace TestLab.Processor;

/// <summary>All that a processor asks of the board around it.</summary>
/// <remarks>
/// The engines call it with the clock exact: <see cref="Cpu.Clock"/> is the number of instructions retired before the
/// one that makes the access, and after the access no further instruction runs before interrupts are looked at.
/// </remarks>
public interface IProcessorBus
{
    /// <summary>Reads 1, 2, 4 or 8 bytes where there is no RAM; open bus reads as all ones.</summary>
    ulong ReadDevice(ulong physicalAddress, int size);

    void WriteDevice(ulong physicalAddress, ulong value, int size);

    /// <summary>Reads 1, 2 or 4 bytes of port space; open bus reads as all ones.</summary>
    uint ReadPort(ushort port, int size);

    void WritePort(ushort port, uint value, int size);

    /// <summary>Reads a model-specific register that lives outside the core (APIC base, x2APIC, TSC deadline).</summary>
    bool TryReadModelSpecificRegister(uint index, out ulong value);

    /// <returns>False where the register or the value is not allowed; the guest gets #GP(0).</returns>
    bool TryWriteModelSpecificRegister(uint index, ulong value);

    /// <summary>CR8: the local APIC's task priority class, 0 to 15.</summary>
    byte TaskPriority { get; set; }

    /// <summary>True while an interrupt wants to be taken.</summary>
    bool HasInterrupt { get; }

    /// <summary>Takes the interrupt of highest priority and returns its vector; -1 when it has gone meanwhile.</summary>
    int AcknowledgeInterrupt();

    /// <summary>The time stamp counter at <see cref="Cpu.Clock"/>.</summary>
    ulong TimeStampCounter { get; }

    /// <summary>The next value of the machine's hardware random generator (RDRAND, RDSEED), from its seed.</summary>
    ulong NextRandom();
}
