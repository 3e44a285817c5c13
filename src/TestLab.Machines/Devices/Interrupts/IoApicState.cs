using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The registers of the I/O APIC and the levels of its inputs.</summary>
public record struct IoApicState : IState
{
    private const ulong MaskedEntry = 1UL << 16;

    public byte Id;
    public byte Index;
    public uint Lines;
    public ulong[] Entries;

    public IoApicState()
    {
        Entries = new ulong[IoApic.InputCount];
        Array.Fill(Entries, MaskedEntry);
    }

    public static IoApicState PowerOn => new();

    public void Transfer(StateTransfer transfer)
    {
        transfer.Byte(ref Id);
        transfer.Byte(ref Index);
        transfer.UInt32(ref Lines);
        transfer.UInt64s(Entries);
    }
}
