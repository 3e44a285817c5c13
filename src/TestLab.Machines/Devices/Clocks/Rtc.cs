using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>The MC146818 real-time clock with 128 bytes of CMOS RAM; its time is the epoch plus virtual time.</summary>
/// <remarks>
/// Source: Motorola MC146818A data sheet. Time registers are computed when they are read; flags of register C are
/// computed too, so events exist only while an interrupt is enabled.
/// </remarks>
public sealed class Rtc : IPortDevice, ISnapshotable<RtcState>
{
    public const int RamBytes = 128;

    /// <summary>The century register, which the FADT names.</summary>
    public const byte CenturyIndex = 0x32;

    private const long UpdateCycleNanoseconds = 244_141; // UIP leads the second by 8/32768 s.
    private const int AlarmLimitSeconds = 86_400;
    private const byte UpdateInProgress = 0x80;
    private const byte SetBit = 0x80;
    private const byte PeriodicBit = 0x40;
    private const byte AlarmBit = 0x20;
    private const byte UpdateBit = 0x10;
    private const byte BinaryBit = 0x04;
    private const byte FullDayBit = 0x02;
    private const byte InterruptFlag = 0x80;
    private const byte Wildcard = 0xC0;

    private static readonly Frequency Crystal = new(32_768);

    private readonly IClock _clock;
    private readonly InterruptLine _line;
    private readonly EventTimer _timer;
    private RtcState _state;

    public Rtc(IClock clock, EventQueue events, InterruptLine line, long epochUnixSeconds)
    {
        _clock = clock;
        _line = line;
        _state = RtcState.PowerOn(epochUnixSeconds);
        _timer = events.CreateTimer("rtc", _ => Update());
    }

    private enum Register : byte
    {
        Second, SecondAlarm, Minute, MinuteAlarm, Hour, HourAlarm, WeekDay, Day, Month, Year, A, B, C, D, Century = CenturyIndex,
    }

    private bool IsSet => (_state.Ram[(int)Register.B] & SetBit) != 0;

    private byte ControlB => _state.Ram[(int)Register.B];

    /// <summary>Puts the board's configuration into CMOS RAM, as firmware does.</summary>
    public void SetRam(byte index, byte value) => _state.Ram[index] = value;

    public byte Read(ushort offset) => offset == 0 ? (byte)0xFF : ReadRegister((Register)_state.Index);

    public void Write(ushort offset, byte value)
    {
        if (offset == 0) _state.Index = (byte)(value & 0x7F); // Bit 7 masks the NMI, which the board has not got.
        else WriteRegister((Register)_state.Index, value);
    }

    public RtcState Save() => _state with { Ram = [.. _state.Ram], Due = _timer.Due };

    public void Restore(in RtcState state)
    {
        _state = state with { Ram = [.. state.Ram] };
        _timer.Arm(state.Due);
        DriveLine();
    }

    private byte ReadRegister(Register register)
    {
        switch (register)
        {
            case Register.A:
                return (byte)(_state.Ram[(int)Register.A] | (IsUpdating() ? UpdateInProgress : 0));
            case Register.C:
                CollectFlags();
                byte flags = (byte)(_state.Flags | (IsInterrupting() ? InterruptFlag : 0));
                _state.Flags = 0;
                Schedule();
                DriveLine();
                return flags;
            case Register.D:
                return 0x80; // The battery is good.
            case <= Register.Year or Register.Century when !IsSet && !IsAlarm(register):
                return TimeRegister(register);
            default:
                return _state.Ram[(int)register];
        }
    }

    private void WriteRegister(Register register, byte value)
    {
        CollectFlags();
        switch (register)
        {
            case Register.A:
                _state.Ram[(int)Register.A] = (byte)(value & 0x7F);
                break;
            case Register.B:
                WriteControlB(value);
                break;
            case Register.C or Register.D:
                break;
            case <= Register.Year or Register.Century when !IsSet && !IsAlarm(register):
                // The time moves at once, one field at a time.
                LatchTime();
                _state.Ram[(int)register] = value;
                AdoptTime();
                break;
            default:
                _state.Ram[(int)register] = value;
                break;
        }

        Schedule();
        DriveLine();
    }

    private void WriteControlB(byte value)
    {
        bool wasSet = IsSet;
        if (!wasSet && (value & SetBit) != 0)
        {
            LatchTime();
            value &= unchecked((byte)~UpdateBit); // Setting the clock clears the update interrupt (data sheet, register B).
        }

        _state.Ram[(int)Register.B] = value;
        if (wasSet && (value & SetBit) == 0) AdoptTime();
    }

    private static bool IsAlarm(Register register) =>
        register is Register.SecondAlarm or Register.MinuteAlarm or Register.HourAlarm;

    /// <summary>Seconds since 1970 and the nanoseconds into the current one.</summary>
    private long UnixSeconds(VirtualTime time, out long nanoseconds)
    {
        long total = time.Nanoseconds + _state.PhaseNanoseconds;
        nanoseconds = total % VirtualTime.NanosecondsPerSecond;
        return _state.BaseUnixSeconds + total / VirtualTime.NanosecondsPerSecond;
    }

    private bool IsUpdating()
    {
        if (IsSet) return false;
        UnixSeconds(_clock.Now, out long nanoseconds);
        return nanoseconds >= VirtualTime.NanosecondsPerSecond - UpdateCycleNanoseconds;
    }

    private byte TimeRegister(Register register)
    {
        CalendarTime time = CalendarTime.FromUnixSeconds(UnixSeconds(_clock.Now, out _));
        return register switch
        {
            Register.Second => Encode(time.Second),
            Register.Minute => Encode(time.Minute),
            Register.Hour => EncodeHour(time.Hour),
            Register.WeekDay => Encode(time.WeekDay),
            Register.Day => Encode(time.Day),
            Register.Month => Encode(time.Month),
            Register.Year => Encode(time.Year % 100),
            _ => Encode(time.Year / 100),
        };
    }

    private void LatchTime()
    {
        for (Register register = 0; register <= Register.Year; register++)
            if (!IsAlarm(register)) _state.Ram[(int)register] = TimeRegister(register);
        _state.Ram[CenturyIndex] = TimeRegister(Register.Century);
    }

    private void AdoptTime()
    {
        byte[] ram = _state.Ram;
        var time = new CalendarTime(
            Decode(ram[CenturyIndex]) * 100 + Decode(ram[(int)Register.Year]),
            Math.Clamp(Decode(ram[(int)Register.Month]), 1, 12),
            Decode(ram[(int)Register.Day]),
            DecodeHour(ram[(int)Register.Hour]),
            Decode(ram[(int)Register.Minute]),
            Decode(ram[(int)Register.Second]));
        // A new second begins half a second after the chain is released (data sheet, divider control).
        long total = _clock.Now.Nanoseconds;
        long phase = VirtualTime.NanosecondsPerSecond / 2 - total % VirtualTime.NanosecondsPerSecond;
        _state.PhaseNanoseconds = (phase + VirtualTime.NanosecondsPerSecond) % VirtualTime.NanosecondsPerSecond;
        long elapsed = (total + _state.PhaseNanoseconds) / VirtualTime.NanosecondsPerSecond;
        _state.BaseUnixSeconds = time.ToUnixSeconds() - elapsed;
    }

    private void Update()
    {
        CollectFlags();
        Schedule();
        DriveLine();
    }

    /// <summary>Sets the flags whose moments have passed since flags were last collected.</summary>
    private void CollectFlags()
    {
        VirtualTime now = _clock.Now;
        VirtualTime before = _state.CollectedTime;
        _state.CollectedTime = now;

        ulong period = PeriodTicks();
        if (period != 0 && Crystal.TicksIn(before.Nanoseconds) / period != Crystal.TicksIn(now.Nanoseconds) / period)
            _state.Flags |= PeriodicBit;
        if (IsSet) return;

        long first = UnixSeconds(before, out _) + 1;
        long last = UnixSeconds(now, out _);
        if (first > last) return;
        _state.Flags |= UpdateBit;
        if (last - first >= AlarmLimitSeconds) first = last - AlarmLimitSeconds + 1;
        for (long second = first; second <= last; second++)
        {
            if (!IsAlarmAt(second)) continue;
            _state.Flags |= AlarmBit;
            return;
        }
    }

    private bool IsAlarmAt(long unixSeconds)
    {
        CalendarTime time = CalendarTime.FromUnixSeconds(unixSeconds);
        return Matches(_state.Ram[(int)Register.SecondAlarm], Encode(time.Second))
            && Matches(_state.Ram[(int)Register.MinuteAlarm], Encode(time.Minute))
            && Matches(_state.Ram[(int)Register.HourAlarm], EncodeHour(time.Hour));
    }

    private static bool Matches(byte alarm, byte value) => alarm >= Wildcard || alarm == value;

    private ulong PeriodTicks()
    {
        int rate = _state.Ram[(int)Register.A] & 15;
        if (rate == 0) return 0;
        return 1UL << ((rate <= 2 ? rate + 7 : rate) - 1);
    }

    /// <summary>Arms for the next moment that can raise an enabled interrupt.</summary>
    private void Schedule()
    {
        VirtualTime due = VirtualTime.Never;
        ulong period = PeriodTicks();
        if ((ControlB & PeriodicBit) != 0 && period != 0 && (_state.Flags & PeriodicBit) == 0)
        {
            ulong ticks = (Crystal.TicksIn(_clock.Now.Nanoseconds) / period + 1) * period;
            due = new VirtualTime(Crystal.NanosecondsOf(ticks));
        }

        if ((ControlB & ~_state.Flags & (AlarmBit | UpdateBit)) != 0 && !IsSet)
        {
            UnixSeconds(_clock.Now, out long nanoseconds);
            due = VirtualTime.Min(due, _clock.Now.After(VirtualTime.NanosecondsPerSecond - nanoseconds));
        }

        _timer.Arm(due);
    }

    private bool IsInterrupting() => (_state.Flags & ControlB & (PeriodicBit | AlarmBit | UpdateBit)) != 0;

    private void DriveLine() => _line.Set(IsInterrupting());

    private byte Encode(int value) =>
        (byte)((ControlB & BinaryBit) != 0 ? value : value / 10 << 4 | value % 10);

    private int Decode(byte value) => (ControlB & BinaryBit) != 0 ? value : (value >> 4) * 10 + (value & 15);

    private byte EncodeHour(int hour)
    {
        if ((ControlB & FullDayBit) != 0) return Encode(hour);
        byte encoded = Encode((hour + 11) % 12 + 1);
        return (byte)(hour >= 12 ? encoded | 0x80 : encoded);
    }

    private int DecodeHour(byte value)
    {
        if ((ControlB & FullDayBit) != 0) return Decode(value);
        return Decode((byte)(value & 0x7F)) % 12 + (value >= 0x80 ? 12 : 0);
    }
}
