using TestLab.Machines.Bus;
using TestLab.Machines.Devices.Serial;

namespace TestLab.Machines.Devices.Debugging;

/// <summary>Port 402h: firmware's log. It reads as E9h, by which firmware knows that somebody listens.</summary>
public sealed class DebugPort(ISerialBackend backend) : IPortDevice
{
    public byte Read(ushort offset) => 0xE9;

    public void Write(ushort offset, byte value) => backend.Transmit(value);
}
