using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>One counter of the interval timer: how it was programmed, and when it began to count.</summary>
public record struct PitChannelState : IState
{
    public static readonly PitChannelState PowerOn = new() { Access = 3, IsGateHigh = true, Due = VirtualTime.Never };

    /// <summary>The count loaded, 1 to 65536; 0 before the first.</summary>
    public uint Reload;

    public byte Mode;
    public bool IsDecimal;

    /// <summary>1 low byte, 2 high byte, 3 both in turn.</summary>
    public byte Access;

    public bool IsGateHigh;

    /// <summary>True while the counter runs from <see cref="StartTime"/>; false while it waits or a low gate holds it.</summary>
    public bool IsCounting;

    public VirtualTime StartTime;

    /// <summary>Ticks already counted at <see cref="StartTime"/>.</summary>
    public ulong HeldTicks;

    public bool WritesHighNext;
    public byte WrittenLow;
    public bool ReadsHighNext;
    public bool IsCountLatched;
    public ushort LatchedCount;
    public bool IsStatusLatched;
    public byte LatchedStatus;

    /// <summary>When channel 0's output changes next.</summary>
    public VirtualTime Due;

    /// <summary>The level of channel 0's line.</summary>
    public bool IsLineHigh;

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt32(ref Reload);
        transfer.Require(Reload <= 0x10000, "an interval is longer than the timer can count");
        transfer.Byte(ref Mode);
        transfer.Require(Mode <= 5, "no mode of the interval timer");
        transfer.Boolean(ref IsDecimal);
        transfer.Byte(ref Access);
        transfer.Boolean(ref IsGateHigh);
        transfer.Boolean(ref IsCounting);
        transfer.Require(Reload != 0 || !IsCounting, "the interval timer counts to nothing");
        transfer.Time(ref StartTime);
        transfer.UInt64(ref HeldTicks);
        transfer.Boolean(ref WritesHighNext);
        transfer.Byte(ref WrittenLow);
        transfer.Boolean(ref ReadsHighNext);
        transfer.Boolean(ref IsCountLatched);
        transfer.UInt16(ref LatchedCount);
        transfer.Boolean(ref IsStatusLatched);
        transfer.Byte(ref LatchedStatus);
        transfer.Time(ref Due);
        transfer.Boolean(ref IsLineHigh);
    }
}
