namespace TestLab.Processor.Tests.Judge;

/// <summary>A board without devices.</summary>
internal sealed class SilentBus : IProcessorBus
{
    public byte TaskPriority { get; set; }

    public bool HasInterrupt => false;

    public ulong TimeStampCounter => 0;

    public ulong ReadDevice(ulong physicalAddress, int size) => ulong.MaxValue;

    public void WriteDevice(ulong physicalAddress, ulong value, int size)
    {
    }

    public uint ReadPort(ushort port, int size) => uint.MaxValue;

    public void WritePort(ushort port, uint value, int size)
    {
    }

    public bool TryReadModelSpecificRegister(uint index, out ulong value)
    {
        value = 0;
        return false;
    }

    public bool TryWriteModelSpecificRegister(uint index, ulong value) => false;

    public int AcknowledgeInterrupt() => -1;

    public ulong NextRandom() => 0;
}
