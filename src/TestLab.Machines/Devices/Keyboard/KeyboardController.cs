using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Keyboard;

/// <summary>An i8042 with nothing plugged in: it tests itself, answers for the missing keyboard, and resets the machine.</summary>
/// <remarks>Source: IBM PS/2 technical reference, keyboard controller.</remarks>
public sealed class KeyboardController : ISnapshotable<KeyboardControllerState>
{
    private const byte OutputFull = 0x01;
    private const byte SystemFlag = 0x04;
    private const byte LastWasCommand = 0x08;
    private const byte Unlocked = 0x10;
    private const byte AuxiliaryFull = 0x20;
    private const byte TimedOut = 0x40;
    private const byte KeyboardInterrupt = 0x01;
    private const byte SelfTestPassed = 0x55;
    private const byte ClockStuckLow = 0x01;
    private const byte Resend = 0xFE;

    private readonly InterruptLine _line;
    private readonly Action _reset;
    private KeyboardControllerState _state = KeyboardControllerState.PowerOn;

    public KeyboardController(InterruptLine line, Action reset)
    {
        (_line, _reset) = (line, reset);
        Data = new DataPort(this);
        Command = new CommandPort(this);
    }

    private enum Order : byte
    {
        ReadRam = 0x20, WriteRam = 0x60, DisableAuxiliary = 0xA7, EnableAuxiliary = 0xA8, TestAuxiliary = 0xA9,
        SelfTest = 0xAA, TestKeyboard = 0xAB, DisableKeyboard = 0xAD, EnableKeyboard = 0xAE, ReadInput = 0xC0,
        ReadOutput = 0xD0, WriteOutput = 0xD1, WriteKeyboardBuffer = 0xD2, WriteAuxiliaryBuffer = 0xD3,
        WriteAuxiliary = 0xD4, PulseFirst = 0xF0,
    }

    /// <summary>Port 60h.</summary>
    public IPortDevice Data { get; }

    /// <summary>Port 64h.</summary>
    public IPortDevice Command { get; }

    public KeyboardControllerState Save() => _state with { Ram = [.. _state.Ram] };

    public void Restore(in KeyboardControllerState state)
    {
        _state = state with { Ram = [.. state.Ram] };
        DriveLine();
    }

    private void Execute(byte value)
    {
        _state.Status |= LastWasCommand;
        _state.PendingCommand = 0;
        switch ((Order)value)
        {
            case >= Order.ReadRam and < (Order)0x40: Answer(_state.Ram[value & 0x1F]); break;
            case >= Order.WriteRam and < (Order)0x80: _state.PendingCommand = value; break;
            case Order.DisableAuxiliary: _state.Ram[0] |= 0x20; break;
            case Order.EnableAuxiliary: _state.Ram[0] &= 0xDF; break;
            case Order.TestAuxiliary: Answer(ClockStuckLow); break; // Nothing there to test.
            case Order.SelfTest: Answer(SelfTestPassed); break;
            case Order.TestKeyboard: Answer(0); break;
            case Order.DisableKeyboard: _state.Ram[0] |= 0x10; break;
            case Order.EnableKeyboard: _state.Ram[0] &= 0xEF; break;
            case Order.ReadInput: Answer(0x80); break;
            case Order.ReadOutput: Answer(_state.OutputPort); break;
            case Order.WriteOutput or Order.WriteKeyboardBuffer or Order.WriteAuxiliaryBuffer or Order.WriteAuxiliary:
                _state.PendingCommand = value;
                break;
            case >= Order.PulseFirst when (value & 1) == 0: _reset(); break; // Output line 0 is the processor's reset.
        }
    }

    private void WriteData(byte value)
    {
        byte command = _state.PendingCommand;
        _state.Status &= unchecked((byte)~LastWasCommand);
        _state.PendingCommand = 0;
        switch ((Order)command)
        {
            case >= Order.WriteRam and < (Order)0x80: _state.Ram[command & 0x1F] = value; break;
            case Order.WriteOutput:
                _state.OutputPort = value;
                if ((value & 1) == 0) _reset();
                break;
            case Order.WriteKeyboardBuffer or Order.WriteAuxiliaryBuffer: Answer(value); break;
            default: // For the keyboard or mouse, of which there is none: the transmission times out.
                Answer(Resend);
                _state.Status |= TimedOut;
                break;
        }
    }

    private void Answer(byte value)
    {
        _state.Output = value;
        _state.Status |= OutputFull;
    }

    private void DriveLine() => _line.Set((_state.Status & OutputFull) != 0 && (_state.Ram[0] & KeyboardInterrupt) != 0);

    private sealed class DataPort(KeyboardController controller) : IPortDevice
    {
        public byte Read(ushort offset)
        {
            controller._state.Status &= unchecked((byte)~(OutputFull | AuxiliaryFull | TimedOut));
            controller.DriveLine();
            return controller._state.Output;
        }

        public void Write(ushort offset, byte value)
        {
            controller.WriteData(value);
            controller.DriveLine();
        }
    }

    private sealed class CommandPort(KeyboardController controller) : IPortDevice
    {
        public byte Read(ushort offset) => (byte)(controller._state.Status | SystemFlag | Unlocked);

        public void Write(ushort offset, byte value)
        {
            controller.Execute(value);
            controller.DriveLine();
        }
    }
}
