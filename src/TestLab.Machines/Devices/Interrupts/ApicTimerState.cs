using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The timer of a local APIC: what was loaded, and when.</summary>
public record struct ApicTimerState : IState
{
    public ApicTimerMode Mode;
    public bool IsMasked = true;
    public uint Divide;
    public uint InitialCount;

    /// <summary>The count at <see cref="LoadTime"/>, from which the current one derives.</summary>
    public uint LoadedCount;

    public VirtualTime LoadTime;
    public ulong Deadline;

    /// <summary>Stored, not derived: an event of this very moment may have fired or not.</summary>
    public VirtualTime Due = VirtualTime.Never;

    public ApicTimerState()
    {
    }

    public void Transfer(StateTransfer transfer)
    {
        byte mode = (byte)Mode;
        transfer.Byte(ref mode);
        transfer.Require(mode <= (byte)ApicTimerMode.Reserved, "no mode of the local timer");
        Mode = (ApicTimerMode)mode;
        transfer.Boolean(ref IsMasked);
        transfer.UInt32(ref Divide);
        transfer.UInt32(ref InitialCount);
        transfer.UInt32(ref LoadedCount);
        transfer.Time(ref LoadTime);
        transfer.UInt64(ref Deadline);
        transfer.Time(ref Due);
    }
}
