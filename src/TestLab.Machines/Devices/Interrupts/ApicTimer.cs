using TestLab.Machines.Devices.Clocks;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The local APIC's timer: a count that runs down once or again and again, or a deadline of the time stamp counter.</summary>
/// <remarks>
/// Source: Intel SDM volume 3, 12.5.4. The current count is never stepped: it derives from when the count was loaded,
/// so a periodic timer does not drift, and an event exists only while an interrupt can come of it.
/// </remarks>
public sealed class ApicTimer : ISnapshotable<ApicTimerState>
{
    private readonly IClock _clock;
    private readonly TimeStampCounter _counter;
    private readonly Frequency _frequency;
    private readonly Action _expired;
    private readonly EventTimer _timer;
    private ApicTimerState _state = new();

    public ApicTimer(IClock clock, EventQueue events, TimeStampCounter counter, Frequency frequency, Action expired)
    {
        _clock = clock;
        _counter = counter;
        _frequency = frequency;
        _expired = expired;
        _timer = events.CreateTimer("apic", Expire);
        counter.Moved = () => Arm(_clock.Now);
    }

    public uint InitialCount
    {
        get => _state.InitialCount;
        set
        {
            if (_state.Mode == ApicTimerMode.Deadline) return;
            (_state.InitialCount, _state.LoadedCount, _state.LoadTime) = (value, value, _clock.Now);
            Arm(_clock.Now);
        }
    }

    public uint CurrentCount
    {
        get
        {
            if (_state.Mode == ApicTimerMode.Deadline) return 0;
            ulong ticks = _frequency.TicksIn(_clock.Now.Since(_state.LoadTime)) / DivideBy;
            if (ticks < _state.LoadedCount) return (uint)(_state.LoadedCount - ticks);
            if (_state.Mode != ApicTimerMode.Periodic || _state.InitialCount == 0) return 0;
            return (uint)(_state.InitialCount - (ticks - _state.LoadedCount) % _state.InitialCount);
        }
    }

    /// <summary>The divide configuration register; the count so far stays.</summary>
    public uint Divide
    {
        get => _state.Divide;
        set
        {
            (_state.LoadedCount, _state.LoadTime) = (CurrentCount, _clock.Now);
            _state.Divide = value & 0xB;
            Arm(_clock.Now);
        }
    }

    /// <summary>Zero while none is set; reaching it clears it.</summary>
    public ulong Deadline
    {
        get => _state.Deadline;
        set
        {
            if (_state.Mode != ApicTimerMode.Deadline) return;
            _state.Deadline = value;
            Arm(_clock.Now);
        }
    }

    private ulong DivideBy => 1UL << (int)((((_state.Divide & 8) >> 1 | _state.Divide & 3) + 1) & 7);

    public void Configure(ApicTimerMode mode, bool isMasked)
    {
        if ((mode == ApicTimerMode.Deadline) != (_state.Mode == ApicTimerMode.Deadline))
            (_state.InitialCount, _state.LoadedCount, _state.Deadline) = (0, 0, 0);
        (_state.Mode, _state.IsMasked) = (mode, isMasked);
        Arm(_clock.Now);
    }

    public ApicTimerState Save() => _state with { Due = _timer.Due };

    public void Restore(in ApicTimerState state)
    {
        _state = state;
        _timer.Arm(state.Due);
    }

    private void Expire(VirtualTime due)
    {
        if (_state.Mode == ApicTimerMode.Deadline) _state.Deadline = 0;
        Arm(due);
        _expired();
    }

    /// <summary>Arms for the first expiry after the moment.</summary>
    private void Arm(VirtualTime after)
    {
        // A masked deadline passes and clears itself all the same.
        _timer.Arm(_state.Mode == ApicTimerMode.Deadline
            ? (_state.Deadline == 0 ? VirtualTime.Never : _counter.TimeOf(_state.Deadline))
            : _state.IsMasked ? VirtualTime.Never : NextExpiry(after));
    }

    private VirtualTime NextExpiry(VirtualTime after)
    {
        if (_state.LoadedCount == 0 && (_state.Mode != ApicTimerMode.Periodic || _state.InitialCount == 0))
            return VirtualTime.Never;

        VirtualTime first = _state.LoadTime.After(_frequency.NanosecondsOf(_state.LoadedCount * DivideBy));
        if (first > after) return first;
        if (_state.Mode != ApicTimerMode.Periodic || _state.InitialCount == 0) return VirtualTime.Never;

        ulong ticks = _frequency.TicksIn(after.Since(_state.LoadTime)) / DivideBy;
        ulong periods = (ticks - _state.LoadedCount) / _state.InitialCount + 1;
        ulong count = _state.LoadedCount + periods * _state.InitialCount;
        return _state.LoadTime.After(_frequency.NanosecondsOf(count * DivideBy));
    }
}
