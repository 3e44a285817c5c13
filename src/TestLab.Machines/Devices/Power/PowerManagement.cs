using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Power;

/// <summary>The ACPI fixed hardware: PM1 events and control at offsets 0 to 5, the power management timer at 8.</summary>
/// <remarks>Source: ACPI specification 6.5, 4.8.3. ACPI mode is always on, so there is no SMI command port.</remarks>
public sealed class PowerManagement : IPortDevice, ISnapshotable<PowerManagementState>
{
    public const int PortCount = 12;
    public const ushort EventOffset = 0;
    public const ushort ControlOffset = 4;
    public const ushort TimerOffset = 8;

    /// <summary>The sleep type of S5, which the DSDT names.</summary>
    public const byte PowerOffSleepType = 5;

    public static readonly Frequency TimerRate = new(3_579_545);

    private const ushort TimerStatus = 0x0001;
    private const ushort PowerButtonStatus = 0x0100;
    private const ushort EventBits = 0x0521; // Timer, global lock, power button, RTC.
    private const ushort InterruptMode = 0x0001; // SCI_EN.
    private const ushort SleepEnable = 0x2000;
    private const int SleepTypeShift = 10;
    private const int TimerStatusShift = 31; // The timer reports when its highest bit changes.

    private readonly IClock _clock;
    private readonly InterruptLine _line;
    private readonly Action _powerOff;
    private readonly EventTimer _timer;
    private PowerManagementState _state = PowerManagementState.PowerOn;

    public PowerManagement(IClock clock, EventQueue events, InterruptLine line, Action powerOff)
    {
        _clock = clock;
        _line = line;
        _powerOff = powerOff;
        _timer = events.CreateTimer("acpi", _ => Update());
    }

    private ulong Ticks => TimerRate.TicksIn(_clock.Now.Nanoseconds);

    /// <summary>Somebody presses the power button; a guest that listens shuts down.</summary>
    public void PressPowerButton()
    {
        _state.Status |= PowerButtonStatus;
        Update();
    }

    public byte Read(ushort offset)
    {
        CollectTimer();
        ulong value = (offset & ~3) switch
        {
            EventOffset => _state.Status | (uint)_state.Enable << 16,
            ControlOffset => (uint)(_state.Control | InterruptMode),
            _ => (uint)Ticks,
        };
        return (byte)(value >> (8 * (offset & 3)));
    }

    public void Write(ushort offset, byte value)
    {
        CollectTimer();
        int shift = 8 * (offset & 1);
        ushort lane = (ushort)(0xFF << shift);
        ushort bits = (ushort)(value << shift);
        switch (offset & ~1)
        {
            case EventOffset: _state.Status &= (ushort)~bits; break;
            case EventOffset + 2: _state.Enable = (ushort)((_state.Enable & ~lane | bits) & EventBits); break;
            case ControlOffset: WriteControl((ushort)(_state.Control & ~lane | bits)); break;
        }

        Update();
    }

    public PowerManagementState Save() => _state with { Due = _timer.Due };

    public void Restore(in PowerManagementState state)
    {
        _state = state;
        _timer.Arm(state.Due);
        DriveLine();
    }

    private void WriteControl(ushort value)
    {
        _state.Control = (ushort)(value & ~SleepEnable);
        if ((value & SleepEnable) != 0 && (value >> SleepTypeShift & 7) == PowerOffSleepType) _powerOff();
    }

    private void Update()
    {
        CollectTimer();
        bool waits = (_state.Enable & ~_state.Status & TimerStatus) != 0;
        ulong next = ((Ticks >> TimerStatusShift) + 1) << TimerStatusShift;
        _timer.Arm(waits ? new VirtualTime(TimerRate.NanosecondsOf(next)) : VirtualTime.Never);
        DriveLine();
    }

    private void CollectTimer()
    {
        ulong halves = Ticks >> TimerStatusShift;
        if (halves != _state.CollectedHalves) _state.Status |= TimerStatus;
        _state.CollectedHalves = halves;
    }

    private void DriveLine() => _line.Set((_state.Status & _state.Enable) != 0);
}
