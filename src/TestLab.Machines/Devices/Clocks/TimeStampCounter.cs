using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>The time stamp counter: ticks of its oscillator since power-on plus what the guest has added.</summary>
public sealed class TimeStampCounter(IClock clock, Frequency frequency) : ISnapshotable<TimeStampCounterState>
{
    private TimeStampCounterState _state;

    /// <summary>Called when the guest has moved the counter, for whoever waits for a value of it.</summary>
    public Action? Moved { get; set; }

    /// <summary>Modular, as the register is.</summary>
    public ulong Value
    {
        get => unchecked(frequency.TicksIn(clock.Now.Nanoseconds) + _state.Offset);
        set => Move(unchecked(value - Value));
    }

    /// <summary>IA32_TSC_ADJUST: the sum of what has been added (Intel SDM volume 3, 18.17.3).</summary>
    public ulong Adjustment
    {
        get => _state.Offset;
        set => Move(unchecked(value - _state.Offset));
    }

    /// <summary>The first moment at which the counter is not below the value; now, when it is there already.</summary>
    public VirtualTime TimeOf(ulong value)
    {
        ulong current = Value;
        if (value <= current) return clock.Now;
        ulong ticks = unchecked(value - _state.Offset);
        return new VirtualTime(frequency.NanosecondsOf(ticks));
    }

    public TimeStampCounterState Save() => _state;

    public void Restore(in TimeStampCounterState state) => _state = state;

    private void Move(ulong difference)
    {
        _state.Offset = unchecked(_state.Offset + difference);
        Moved?.Invoke();
    }
}
