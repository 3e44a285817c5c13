namespace TestLab.Machines.Devices.Interrupts;

/// <summary>Bits 17 and 18 of the timer's local vector; the fourth value is reserved and counts once.</summary>
public enum ApicTimerMode : byte
{
    OneShot = 0,
    Periodic = 1,
    Deadline = 2,
    Reserved = 3,
}
