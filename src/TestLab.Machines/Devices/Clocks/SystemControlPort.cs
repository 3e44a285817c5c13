using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>Port 61h: the gate and output of the speaker's timer channel, and the refresh bit that toggles every 15 us.</summary>
public sealed class SystemControlPort(Pit pit, IClock clock) : IPortDevice, ISnapshotable<SystemControlPortState>
{
    private const byte Gate = 0x01;
    private const byte Writable = 0x0F;
    private const byte RefreshToggle = 0x10;
    private const byte SpeakerOutput = 0x20;
    private const long RefreshNanoseconds = 15_085;

    private SystemControlPortState _state;

    public byte Read(ushort offset)
    {
        bool isRefresh = (clock.Now.Nanoseconds / RefreshNanoseconds & 1) != 0;
        return (byte)(_state.Written | (isRefresh ? RefreshToggle : 0) | (pit.SpeakerOutput ? SpeakerOutput : 0));
    }

    public void Write(ushort offset, byte value)
    {
        _state.Written = (byte)(value & Writable);
        pit.SpeakerGate = (value & Gate) != 0;
    }

    public SystemControlPortState Save() => _state;

    // The timer stores its gate itself.
    public void Restore(in SystemControlPortState state) => _state = state;
}
