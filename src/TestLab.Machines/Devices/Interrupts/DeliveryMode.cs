namespace TestLab.Machines.Devices.Interrupts;

/// <summary>What an interrupt message asks for (Intel SDM volume 3, 12.6.1).</summary>
public enum DeliveryMode : byte
{
    Fixed = 0,
    LowestPriority = 1,
    SystemManagement = 2,
    NonMaskable = 4,
    Initialize = 5,
    StartUp = 6,
    External = 7,
}
