using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Serial;

/// <summary>A 16550A UART. The bus gives it offsets, not ports: COM1 and COM2 are this device at two places.</summary>
/// <remarks>
/// Source: National PC16550D data sheet. Transmission takes no time, so that a kernel's log costs no waiting loops;
/// reception hands the guest bytes as fast as it takes them, and waits otherwise, so none is lost.
/// </remarks>
public sealed class SerialPort : IPortDevice, ISnapshotable<SerialPortState>
{
    public const int FifoBytes = 16;

    /// <summary>Input that waits for the guest.</summary>
    public const int InputQueueBytes = 4096;

    private const byte FifoEnable = 0x01;
    private const byte Loopback = 0x10;
    private const byte InterruptGate = 0x08; // OUT2 opens the line on a PC.
    private const byte ConnectedModem = 0xB0; // Carrier, data set ready, clear to send.
    private const uint BaudClock = 1_843_200;
    private const int BitsPerCharacter = 10;
    private const int TimeoutCharacters = 4;

    private readonly IClock _clock;
    private readonly InterruptLine _line;
    private readonly ISerialBackend _backend;
    private readonly EventTimer _timeout;
    private SerialPortState _state = SerialPortState.PowerOn;

    public SerialPort(IClock clock, EventQueue events, InterruptLine line, ISerialBackend backend)
    {
        _clock = clock;
        _line = line;
        _backend = backend;
        _timeout = events.CreateTimer("serial", _ => TimeOut());
    }

    private enum Register : ushort
    {
        Data, InterruptEnable, InterruptCause, LineControl, ModemControl, LineStatus, ModemStatus, Scratch,
    }

    /// <summary>Input bytes the guest has not read yet.</summary>
    public int PendingInput => _state.Received.Length + _state.Waiting.Length;

    /// <summary>Called when the guest has taken input, or input was dropped: <see cref="PendingInput"/> tells how much is left.</summary>
    public Action? InputTaken { get; set; }

    /// <summary>Forgets input that waits for the guest.</summary>
    public void DropInput()
    {
        (_state.Waiting, _state.Received) = ([], []);
        RestartTimeout();
        DriveLine();
        InputTaken?.Invoke();
    }

    /// <summary>Offers input to the guest and returns how many bytes found room.</summary>
    public int Receive(ReadOnlySpan<byte> input)
    {
        int accepted = Math.Min(input.Length, InputQueueBytes - _state.Waiting.Length);
        _state.Waiting = [.. _state.Waiting, .. input[..accepted]];
        FillFifo();
        DriveLine();
        return accepted;
    }

    public byte Read(ushort offset)
    {
        byte value = ((Register)offset, _state.IsDivisorLatched) switch
        {
            (Register.Data, true) => (byte)_state.Divisor,
            (Register.InterruptEnable, true) => (byte)(_state.Divisor >> 8),
            (Register.Data, false) => TakeReceived(),
            (Register.InterruptEnable, false) => _state.InterruptEnable,
            (Register.InterruptCause, _) => TakeCause(),
            (Register.LineControl, _) => _state.LineControl,
            (Register.ModemControl, _) => _state.ModemControl,
            (Register.LineStatus, _) => _state.LineStatus,
            (Register.ModemStatus, _) => TakeModemStatus(),
            (Register.Scratch, _) => _state.Scratch,
            _ => 0xFF,
        };
        DriveLine();
        return value;
    }

    public void Write(ushort offset, byte value)
    {
        switch ((Register)offset, _state.IsDivisorLatched)
        {
            case (Register.Data, true): _state.Divisor = (ushort)((_state.Divisor & 0xFF00) | value); break;
            case (Register.InterruptEnable, true): _state.Divisor = (ushort)((byte)_state.Divisor | value << 8); break;
            case (Register.Data, false): Transmit(value); break;
            case (Register.InterruptEnable, false):
                // The transmitter is always empty, so to enable its interrupt is to raise it: Linux probes for that.
                _state.HasTransmitted |= (value & ~_state.InterruptEnable & 0x02) != 0;
                _state.InterruptEnable = (byte)(value & 0x0F);
                break;
            case (Register.InterruptCause, _): ControlFifo(value); break;
            case (Register.LineControl, _): _state.LineControl = value; break;
            case (Register.ModemControl, _): ControlModem(value); break;
            case (Register.Scratch, _): _state.Scratch = value; break;
        }

        DriveLine();
    }

    public SerialPortState Save() => _state with
    {
        Received = [.. _state.Received],
        Waiting = [.. _state.Waiting],
        TimeoutDue = _timeout.Due,
    };

    public void Restore(in SerialPortState state)
    {
        _state = state with { Received = [.. state.Received], Waiting = [.. state.Waiting] };
        _timeout.Arm(state.TimeoutDue);
        DriveLine();
    }

    private byte TakeReceived()
    {
        if (_state.Received.Length == 0) return 0;
        byte value = _state.Received[0];
        _state.Received = _state.Received[1..];
        FillFifo();
        RestartTimeout();
        InputTaken?.Invoke();
        return value;
    }

    private byte TakeCause()
    {
        SerialInterrupt cause = _state.Interrupt;
        // To read the cause is to acknowledge a transmission.
        if (cause == SerialInterrupt.Transmitted) _state.HasTransmitted = false;
        return (byte)((byte)cause | (_state.IsFifoEnabled ? 0xC0 : 0));
    }

    private byte TakeModemStatus()
    {
        byte value = (byte)(ModemLines() | _state.ModemChanges);
        _state.ModemChanges = 0;
        return value;
    }

    private void Transmit(byte value)
    {
        if ((_state.ModemControl & Loopback) == 0) _backend.Transmit(value);
        else if (_state.Received.Length < _state.FifoCapacity) Accept(value);
        _state.HasTransmitted = true;
    }

    private void ControlFifo(byte value)
    {
        bool isEnabled = (value & FifoEnable) != 0;
        bool clears = (value & 0x02) != 0 || isEnabled != _state.IsFifoEnabled;
        _state.FifoControl = (byte)(isEnabled ? value & 0xC9 : 0);
        if (clears) _state.Received = [];
        FillFifo();
        RestartTimeout();
        if (clears) InputTaken?.Invoke();
    }

    private void ControlModem(byte value)
    {
        byte before = ModemLines();
        _state.ModemControl = (byte)(value & 0x1F);
        byte changed = (byte)((before ^ ModemLines()) >> 4);
        // The ring indicator reports its trailing edge only.
        if ((changed & 4) != 0 && (before & 0x40) == 0) changed &= 0xB;
        _state.ModemChanges |= changed;
    }

    private byte ModemLines()
    {
        byte control = _state.ModemControl;
        if ((control & Loopback) == 0) return ConnectedModem;
        return (byte)((control & 0x0C) << 4 | (control & 0x01) << 5 | (control & 0x02) << 3);
    }

    private void FillFifo()
    {
        if ((_state.ModemControl & Loopback) != 0) return;
        int count = Math.Min(_state.Waiting.Length, _state.FifoCapacity - _state.Received.Length);
        if (count <= 0) return;
        _state.Received = [.. _state.Received, .. _state.Waiting[..count]];
        _state.Waiting = _state.Waiting[count..];
        RestartTimeout();
    }

    private void Accept(byte value)
    {
        _state.Received = [.. _state.Received, value];
        RestartTimeout();
    }

    /// <summary>Bytes below the trigger level interrupt too, when no byte has come or gone for four characters.</summary>
    private void RestartTimeout()
    {
        _state.HasTimedOut = false;
        bool waits = _state.Received.Length > 0 && _state.Received.Length < _state.TriggerLevel;
        long divisor = Math.Max(_state.Divisor, (ushort)1);
        long nanoseconds = divisor * 16 * BitsPerCharacter * TimeoutCharacters * VirtualTime.NanosecondsPerSecond / BaudClock;
        _timeout.Arm(waits ? _clock.Now.After(nanoseconds) : VirtualTime.Never);
    }

    private void TimeOut()
    {
        _state.HasTimedOut = true;
        DriveLine();
    }

    private void DriveLine() =>
        _line.Set(_state.Interrupt != SerialInterrupt.None && (_state.ModemControl & (InterruptGate | Loopback)) == InterruptGate);
}
