using TestLab.Machines.Bus;

namespace TestLab.Machines.Devices.Debugging;

/// <summary>Ports 80h and EDh: guests write there to wait for the bus; nothing happens.</summary>
public sealed class DelayPort : IPortDevice
{
    public byte Read(ushort offset) => 0xFF;

    public void Write(ushort offset, byte value)
    {
    }
}
