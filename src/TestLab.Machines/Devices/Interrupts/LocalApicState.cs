using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The registers of a local APIC and of its timer.</summary>
public record struct LocalApicState : IState
{
    public byte Id;
    public ulong Base = LocalApic.DefaultAddress | 0x900;
    public byte TaskPriority;
    public uint LogicalDestination;
    public uint DestinationFormat = uint.MaxValue;
    public uint Spurious = 0xFF;
    public uint Error;
    public uint PendingError;
    public uint CommandLow;
    public uint CommandHigh;
    public uint[] InService = new uint[8];
    public uint[] TriggerMode = new uint[8];
    public uint[] Request = new uint[8];
    public uint[] LocalVectors = [0x1_0000, 0x1_0000, 0x1_0000, 0x1_0000, 0x1_0000, 0x1_0000];
    public ApicTimerState Timer = new();

    public LocalApicState()
    {
    }

    public static LocalApicState PowerOn => new();

    public readonly LocalApicState Copy() => this with
    {
        InService = [.. InService],
        TriggerMode = [.. TriggerMode],
        Request = [.. Request],
        LocalVectors = [.. LocalVectors],
    };

    public void Transfer(StateTransfer transfer)
    {
        transfer.Byte(ref Id);
        transfer.UInt64(ref Base);
        transfer.Byte(ref TaskPriority);
        transfer.UInt32(ref LogicalDestination);
        transfer.UInt32(ref DestinationFormat);
        transfer.UInt32(ref Spurious);
        transfer.UInt32(ref Error);
        transfer.UInt32(ref PendingError);
        transfer.UInt32(ref CommandLow);
        transfer.UInt32(ref CommandHigh);
        transfer.UInt32s(InService);
        transfer.UInt32s(TriggerMode);
        transfer.UInt32s(Request);
        transfer.UInt32s(LocalVectors);
        Timer.Transfer(transfer);
    }
}
