namespace TestLab.Machines.Devices.Serial;

/// <summary>Where the bytes of a serial port go.</summary>
public interface ISerialBackend
{
    void Transmit(byte value);
}
