using TestLab.Simulation;

namespace TestLab.Machines.Devices.Power;

/// <summary>The PM1 registers; the timer derives from virtual time.</summary>
public record struct PowerManagementState : IState
{
    public static readonly PowerManagementState PowerOn = new() { Due = VirtualTime.Never };

    public ushort Status;
    public ushort Enable;
    public ushort Control;

    /// <summary>Changes of the timer's highest bit that the status has taken note of.</summary>
    public ulong CollectedHalves;

    public VirtualTime Due;

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt16(ref Status);
        transfer.UInt16(ref Enable);
        transfer.UInt16(ref Control);
        transfer.UInt64(ref CollectedHalves);
        transfer.Time(ref Due);
    }
}
