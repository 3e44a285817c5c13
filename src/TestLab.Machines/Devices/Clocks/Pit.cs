using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>The 8254 interval timer: channel 0 interrupts, channel 1 once refreshed RAM, channel 2 drives the speaker.</summary>
/// <remarks>Source: Intel 8254 data sheet (231164). Ports by offset: three counters, then the control word.</remarks>
public sealed class Pit : IPortDevice, ISnapshotable<PitState>
{
    public const int ChannelCount = 3;

    /// <summary>14.31818 MHz through twelve.</summary>
    public static readonly Frequency Rate = new(14_318_180, 12);

    private const int SpeakerChannel = 2;
    private const int ControlOffset = 3;
    private const int ReadBackChannel = 3;

    private readonly PitChannel[] _channels;

    public Pit(IClock clock, EventQueue events, InterruptLine line)
    {
        _channels = [new PitChannel(clock, events, line), new PitChannel(clock), new PitChannel(clock) { Gate = false }];
    }

    /// <summary>Channel 2's gate, which port 61h drives.</summary>
    public bool SpeakerGate
    {
        get => _channels[SpeakerChannel].Gate;
        set => _channels[SpeakerChannel].Gate = value;
    }

    public bool SpeakerOutput => _channels[SpeakerChannel].Output;

    public byte Read(ushort offset) => offset == ControlOffset ? (byte)0xFF : _channels[offset].Read();

    public void Write(ushort offset, byte value)
    {
        if (offset != ControlOffset) _channels[offset].Write(value);
        else if (value >> 6 != ReadBackChannel) _channels[value >> 6].Control(value);
        else ReadBack(value);
    }

    public PitState Save() => new()
    {
        Channel0 = _channels[0].Save(),
        Channel1 = _channels[1].Save(),
        Channel2 = _channels[2].Save(),
    };

    public void Restore(in PitState state)
    {
        _channels[0].Restore(state.Channel0);
        _channels[1].Restore(state.Channel1);
        _channels[2].Restore(state.Channel2);
    }

    private void ReadBack(byte command)
    {
        for (int index = 0; index < ChannelCount; index++)
        {
            if ((command & (2 << index)) == 0) continue;
            if ((command & 0x20) == 0) _channels[index].LatchCount();
            if ((command & 0x10) == 0) _channels[index].LatchStatus();
        }
    }
}
