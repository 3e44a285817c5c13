using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>One counter of the 8254. Count and output derive from the ticks since it was loaded; nothing is stepped.</summary>
/// <remarks>
/// Modes 2 and 3 are periodic. For them the interrupt line falls and rises in one event at the start of each period:
/// only the rising edge matters, and half the events are saved.
/// </remarks>
public sealed class PitChannel : ISnapshotable<PitChannelState>
{
    private const uint BinaryModulus = 0x10000;
    private const uint DecimalModulus = 10_000;

    private readonly IClock _clock;
    private readonly EventTimer? _timer;
    private readonly InterruptLine? _line;
    private PitChannelState _state = PitChannelState.PowerOn;

    public PitChannel(IClock clock, EventQueue? events = null, InterruptLine? line = null)
    {
        _clock = clock;
        _line = line;
        _timer = events?.CreateTimer("pit", Expire);
    }

    public bool Gate
    {
        get => _state.IsGateHigh;
        set => MoveGate(value);
    }

    /// <summary>The OUT pin.</summary>
    public bool Output => _state.Mode switch
    {
        0 => _state.Reload != 0 && Ticks >= _state.Reload,
        1 => !_state.IsCounting || Ticks >= _state.Reload,
        2 => !_state.IsCounting || Ticks % _state.Reload != _state.Reload - 1,
        3 => !_state.IsCounting || Ticks % _state.Reload < (_state.Reload + 1) / 2,
        _ => !_state.IsCounting || Ticks != _state.Reload,
    };

    private bool IsPeriodic => _state.Mode is 2 or 3;

    private uint Modulus => _state.IsDecimal ? DecimalModulus : BinaryModulus;

    private ulong Ticks =>
        _state.HeldTicks + (_state.IsCounting ? Pit.Rate.TicksIn(_clock.Now.Since(_state.StartTime)) : 0);

    public byte Read()
    {
        if (_state.IsStatusLatched)
        {
            _state.IsStatusLatched = false;
            return _state.LatchedStatus;
        }

        ushort count = _state.IsCountLatched ? _state.LatchedCount : Count();
        bool isHigh = _state.Access == 2 || (_state.Access == 3 && _state.ReadsHighNext);
        if (_state.Access == 3) _state.ReadsHighNext = !_state.ReadsHighNext;
        if (_state.Access != 3 || isHigh) _state.IsCountLatched = false;
        return (byte)(isHigh ? count >> 8 : count);
    }

    public void Write(byte value)
    {
        switch (_state.Access)
        {
            case 1: Load(value); break;
            case 2: Load((ushort)(value << 8)); break;
            default:
                if (_state.WritesHighNext) Load((ushort)(value << 8 | _state.WrittenLow));
                else _state.WrittenLow = value;
                _state.WritesHighNext = !_state.WritesHighNext;
                // The first byte of a new count stops mode 0 at once.
                if (_state.WritesHighNext && _state.Mode == 0) Stop();
                break;
        }
    }

    /// <summary>A control word for this counter: a latch command or a new mode.</summary>
    public void Control(byte value)
    {
        int access = (value >> 4) & 3;
        if (access == 0)
        {
            LatchCount();
            return;
        }

        int mode = (value >> 1) & 7;
        _state = PitChannelState.PowerOn with
        {
            IsGateHigh = _state.IsGateHigh,
            Access = (byte)access,
            Mode = (byte)(mode > 5 ? mode - 4 : mode), // 6 and 7 are 2 and 3.
            IsDecimal = (value & 1) != 0,
        };
        _timer?.Disarm();
        DriveLine();
    }

    public void LatchCount()
    {
        if (_state.IsCountLatched) return;
        (_state.LatchedCount, _state.IsCountLatched) = (Count(), true);
    }

    public void LatchStatus()
    {
        if (_state.IsStatusLatched) return;
        bool isNull = _state.Reload == 0;
        _state.LatchedStatus = (byte)((Output ? 0x80 : 0) | (isNull ? 0x40 : 0) | (_state.Access << 4)
            | (_state.Mode << 1) | (_state.IsDecimal ? 1 : 0));
        _state.IsStatusLatched = true;
    }

    public PitChannelState Save() => _state with
    {
        Due = _timer?.Due ?? VirtualTime.Never,
        IsLineHigh = _line?.IsHigh ?? false,
    };

    public void Restore(in PitChannelState state)
    {
        _state = state;
        _timer?.Arm(state.Due);
        _line?.Set(state.IsLineHigh);
    }

    private void Load(ushort written)
    {
        uint count = _state.IsDecimal ? FromDecimal(written) : written;
        if (count == 0) count = Modulus;
        _state.Reload = count;
        // A count of 1 is not allowed in the periodic modes (data sheet, mode 2); two is the nearest that works.
        if (IsPeriodic && count == 1) _state.Reload = 2;
        _state.HeldTicks = 0;
        _state.StartTime = _clock.Now;
        // Modes 1 and 5 wait for their gate to rise.
        _state.IsCounting = _state.IsGateHigh && _state.Mode is not (1 or 5);
        Arm(_clock.Now);
        DriveLine();
    }

    private void Stop()
    {
        (_state.HeldTicks, _state.IsCounting, _state.Reload) = (0, false, 0);
        _timer?.Disarm();
        DriveLine();
    }

    private void MoveGate(bool high)
    {
        if (high == _state.IsGateHigh) return;
        ulong ticks = Ticks;
        _state.IsGateHigh = high;
        if (_state.Reload == 0) return;

        switch (_state.Mode)
        {
            case 0 or 4: // A low gate holds the count.
                (_state.HeldTicks, _state.StartTime, _state.IsCounting) = (ticks, _clock.Now, high);
                break;
            case 1 or 5 when high:
            case 2 or 3: // A rising gate begins anew.
                (_state.HeldTicks, _state.StartTime, _state.IsCounting) = (0, _clock.Now, high);
                break;
        }

        Arm(_clock.Now);
    }

    private ushort Count()
    {
        if (_state.Reload == 0) return 0;
        ulong ticks = Ticks;
        uint reload = _state.Reload;
        uint count = _state.Mode switch
        {
            2 => reload - (uint)(ticks % reload),
            3 => HalfPeriodCount((uint)(ticks % reload)),
            _ => (uint)((reload + Modulus - ticks % Modulus) % Modulus),
        };
        count %= Modulus;
        return _state.IsDecimal ? ToDecimal(count) : (ushort)count;
    }

    /// <summary>Mode 3 counts down by two, twice a period.</summary>
    private uint HalfPeriodCount(uint ticks)
    {
        uint high = (_state.Reload + 1) / 2;
        uint even = _state.Reload & ~1u;
        uint sinceHalf = ticks < high ? ticks : ticks - high;
        return 2 * sinceHalf < even ? even - 2 * sinceHalf : 2;
    }

    private void Expire(VirtualTime due)
    {
        if (IsPeriodic) _line?.Pulse();
        else DriveLine();
        Arm(due);
    }

    /// <summary>Arms for the first edge of the output after the moment; only channel 0 has a timer.</summary>
    private void Arm(VirtualTime after)
    {
        if (_timer is null) return;
        if (!_state.IsCounting)
        {
            _timer.Disarm();
            return;
        }

        ulong ticks = Pit.Rate.TicksIn(after.Since(_state.StartTime)) + _state.HeldTicks;
        ulong reload = _state.Reload;
        ulong edge = IsPeriodic ? (ticks / reload + 1) * reload
            : ticks < reload ? reload
            : _state.Mode >= 4 && ticks == reload ? reload + 1
            : 0;
        if (edge == 0) _timer.Disarm();
        else _timer.Arm(_state.StartTime.After(Pit.Rate.NanosecondsOf(edge - _state.HeldTicks)));
    }

    private void DriveLine() => _line?.Set(IsPeriodic || Output);

    private static uint FromDecimal(ushort digits) =>
        (uint)((digits >> 12) * 1000 + (digits >> 8 & 15) * 100 + (digits >> 4 & 15) * 10 + (digits & 15)) % DecimalModulus;

    private static ushort ToDecimal(uint value) =>
        (ushort)(value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10);
}
