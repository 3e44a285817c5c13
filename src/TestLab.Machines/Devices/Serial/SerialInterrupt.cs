namespace TestLab.Machines.Devices.Serial;

/// <summary>The cause register's values, from no cause to the most urgent.</summary>
public enum SerialInterrupt : byte
{
    None = 0x01,
    ModemStatus = 0x00,
    Transmitted = 0x02,
    Timeout = 0x0C,
    Received = 0x04,
}
