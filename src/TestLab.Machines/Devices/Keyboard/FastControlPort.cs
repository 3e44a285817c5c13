using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Keyboard;

/// <summary>Port 92h: the A20 gate, which is kept and always open, and the fast reset.</summary>
public sealed class FastControlPort(Action reset) : IPortDevice, ISnapshotable<FastControlPortState>
{
    private const byte ResetBit = 0x01;
    private const byte A20Bit = 0x02;

    private FastControlPortState _state = new() { Written = A20Bit };

    public byte Read(ushort offset) => _state.Written;

    public void Write(ushort offset, byte value)
    {
        _state.Written = (byte)(value & ~ResetBit);
        if ((value & ResetBit) != 0) reset();
    }

    public FastControlPortState Save() => _state;

    public void Restore(in FastControlPortState state) => _state = state;
}
